#!/bin/sh
# Install the locked dependencies and the project into the environment of $PYTHON.
# uv where it can be had, which takes seconds; else pip, which takes half a minute.
set -eu
bin=$(dirname "$PYTHON")
"$PYTHON" -m pip install --quiet --disable-pip-version-check uv || true
if [ -x "$bin/uv" ]; then
    "$bin/uv" pip install --quiet --require-hashes --compile-bytecode --python "$PYTHON" -r requirements.lock
    "$bin/uv" pip install --quiet --no-deps --python "$PYTHON" --editable .
else
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
