# `make demo` and `make test` set everything up by themselves; the rest is for those who change it.
PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONPATH PYTHONDONTWRITEBYTECODE

.PHONY: demo test soak fuzz check golden mutants bench audit sbom sample wheel release-check lock clean
.DEFAULT_GOAL := test

# Installed anew only when the lock or the project's metadata change.
.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Backfour needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@PYTHON=$(BIN)/python sh scripts/install.sh
	@touch $@

demo: .venv/.installed  ## run the nightly flow on eight weeks of sample data
	@$(BIN)/backfour demo --home demo

# What runs thousands of times costs twice as much when its lines are counted, and counts no new ones.
LONG := tests/reliability tests/fuzz

test: .venv/.installed  ## run every test, those of a module in one of two processes
	@sh scripts/browser.sh
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadscope --cov --cov-report=term $(LONG:%=--ignore=%)
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal $(LONG)

# SEED=7 repeats a soak; EXAMPLES=1000 makes a short one.
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
EXAMPLES ?= 20000

KILLS ?= 10000
HOUR ?= 60

soak: .venv/.installed  ## properties 20,000 times, power loss and faults at every effect, kills, an hour of life, fuzz
	@echo "SEED=$(SEED)"
	BACKFOUR_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -m property -n 2 --dist load -p tests.soak --hypothesis-seed=$(SEED)
	BACKFOUR_POWER_EVERY=1 BACKFOUR_FAULTS_EVERY=1 BACKFOUR_SHUFFLES=100 $(BIN)/python -m pytest -n 2 --dist load tests/reliability
	PYTHONPATH=.:scripts $(BIN)/python -m tests.reliability.soak kills --count $(KILLS) --seed $(SEED)
	PYTHONPATH=.:scripts $(BIN)/python -m tests.reliability.soak endurance --minutes $(HOUR) --seed $(SEED)
	PYTHONPATH=.:scripts $(BIN)/python -m tests.reliability.load --files 100000
	@$(MAKE) --no-print-directory fuzz SEED=$(SEED)

# INPUTS=50000 MINUTES=0.5 makes a short one; the minutes are those of each reader under libFuzzer.
INPUTS ?= 1000000
MINUTES ?= 5

fuzz: .venv/.installed  ## read 1,000,000 damaged files of every kind; writes fuzz.json (docs/fuzz.md)
	PYTHONPATH=.:scripts $(BIN)/python -m tests.fuzz --seed $(SEED) --inputs $(INPUTS)
	PYTHONPATH=.:scripts $(BIN)/python -m tests.fuzz.guided --seed $(SEED) --minutes $(MINUTES)

check: .venv/.installed  ## format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: .venv/.installed  ## rewrite the golden files; then review the difference
	$(BIN)/python -m pytest --update-golden

mutants: .venv/.installed  ## put faults into the modules that judge; needs cosmic-ray, takes an hour (docs/mutants.md)
	$(BIN)/python scripts/mutants.py $(ONLY)

# The peers need an environment of their own: lxml would change what gpxpy does.
.venv-bench/.installed: requirements.lock pyproject.toml scripts/peers.sh
	@PYTHON=$(BIN)/python sh scripts/peers.sh
	@touch $@

bench: .venv/.installed .venv-bench/.installed  ## measure, and write benchmarks/results.md; fails where a target is missed
	.venv-bench/bin/python -m benchmarks.run $(ONLY)

# Tools that are no dependencies of ours, in an environment of their own.
.venv-audit/.installed: requirements.lock
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit cyclonedx-bom
	@touch $@

audit: .venv-audit/.installed  ## known faults of what is locked; fails also where nobody can be asked
	.venv-audit/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip -r requirements.lock

sbom: .venv-audit/.installed  ## write sbom.json: everything that is locked, with hashes (CycloneDX)
	.venv-audit/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o sbom.json
	@echo "sbom.json"

sample: .venv/.installed  ## write sample_data again
	$(BIN)/python scripts/make_sample_data.py

wheel: .venv/.installed  ## build the package into dist/
	$(BIN)/uv build --quiet --wheel --out-dir dist .

release-check: .venv/.installed  ## build the package, install it into an empty environment, and run the demo there
	@PYTHON=$(BIN)/python sh scripts/release_check.sh

lock: .venv/.installed  ## resolve the dependencies anew, with hashes and without host names
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements.lock

clean:
	rm -rf .venv .venv-bench .venv-audit demo
