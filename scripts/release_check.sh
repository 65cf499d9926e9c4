#!/bin/sh
# Build the wheel, install it into an empty environment at the locked versions, and run it there.
# What a test in the clone cannot see: a file that is not packed, or a package nobody asks for.
set -eu
bin=$(cd "$(dirname "$PYTHON")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)

if [ -x "$bin/uv" ]; then
    "$bin/uv" build --quiet --wheel --out-dir "$place/dist" .
    "$bin/uv" venv --quiet --python "$PYTHON" "$place/venv"
    # Of the lock only what the wheel asks for, and each of it with its hash.
    "$bin/uv" pip install --quiet --python "$place/venv/bin/python" --constraint requirements.lock "$place"/dist/*.whl
else
    "$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$place/dist" .
    "$PYTHON" -m venv "$place/venv"
    sed 's/ *--hash=[^ ]*//; s/ *\\$//; /^ *$/d' requirements.lock > "$place/constraints"
    "$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$place/constraints" "$place"/dist/*.whl
fi

# Nothing of this clone, nor of the one who runs it, may help.
cd "$place"
empty="env -i PATH=/usr/bin:/bin HOME=$place LANG=C.UTF-8"
test "$($empty venv/bin/backfour --version)" = "backfour $version"
$empty venv/bin/backfour demo --home demo > said
cat said
test -s demo/reports/me/2026/2026-W46.html
for week in 39:on_plan 40:incomplete 41:incomplete 42:over_limit 43:on_plan 44:no_data 45:undecided 46:over_limit; do
    grep -q "2026-W${week%%:*}  ${week##*:}\$" said
done
echo "$(basename "$place"/dist/*.whl): built, installed and run, $(du -h "$place"/dist/*.whl | cut -f1)."
