#!/bin/sh
# Make .venv-bench: the locked dependencies, the project, and the peers it is measured against.
# Peers stay out of .venv, since lxml changes what gpxpy does. A peer that cannot be installed is
# left out, and named as skipped in the results.
set -eu
bench=.venv-bench
test -x "$bench/bin/python" || "${PYTHON:-python3}" -m venv "$bench"
echo '*' > "$bench/.gitignore"
PYTHON="$bench/bin/python" sh scripts/install.sh
# What the project uses keeps its locked version, whatever a peer would like better.
"$bench/bin/python" -m pip freeze --exclude-editable > "$bench/locked.txt"
"$bench/bin/python" benchmarks/peers.py | while IFS= read -r peer; do
    if [ -x "$bench/bin/uv" ]; then
        "$bench/bin/uv" pip install --quiet --compile-bytecode --python "$bench/bin/python" -c "$bench/locked.txt" "$peer" < /dev/null && continue
    else
        "$bench/bin/python" -m pip install --quiet --disable-pip-version-check -c "$bench/locked.txt" "$peer" < /dev/null && continue
    fi
    echo "skipped: $peer" >&2
done
