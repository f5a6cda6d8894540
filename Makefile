# Every target makes what it needs. Python 3.11 or newer and make are all that has to be there.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
URL ?= http://127.0.0.1:4010
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help mock test check lint bundle changes verify style types format bench load seeds judge wheel clean

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'ARGS="…" passes options on: make mock ARGS="--port 8080", make check URL=https://… ARGS="--api topsort"'

mock: .venv/.installed ## Start the mock of every API on http://127.0.0.1:4010
	@exec $(BIN)/adcontract mock $(ARGS)

test: .venv/.installed-dev ## Run all tests
	$(BIN)/pytest -n 2 $(ARGS)

check: .venv/.installed ## Hold the server at URL to the contracts
	@$(BIN)/adcontract check $(URL) $(ARGS)

lint: .venv/.installed ## Check the contracts in spec/
	@$(BIN)/adcontract lint $(ARGS)

bundle: .venv/.installed ## Write each contract to build/ as one JSON and one YAML file
	@$(BIN)/adcontract bundle $(ARGS)

changes: .venv/.installed ## Write spec/*/CHANGES.md from the snapshots
	@$(BIN)/adcontract changes

verify: .venv/.installed ## Prove that what is generated and committed is fresh
	@$(BIN)/adcontract changes --check

style: .venv/.installed-dev ## Check the Python: ruff's rules and its format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

bench: .venv/.installed ## Measure the mock beside a bare Starlette and beside Prism: five minutes, with wrk
	@$(BIN)/python bench/bench.py $(ARGS)

load: .venv/.installed ## Load a stateful mock: 200 clients, 20 sessions, two workers; nothing lost or mixed
	@$(BIN)/python bench/load.py

seeds: .venv/.installed ## Hold the stateful mock to every document on seeds 1 to 20: an hour
	@$(BIN)/python bench/seeds.py $(ARGS)

judge: .venv/.installed ## Let Prism judge the mock on every documented request, where npm can install it
	@$(BIN)/python bench/judge.py

types: .venv/.installed-dev ## Check the Python's types: mypy, strict
	$(BIN)/mypy

format: .venv/.installed-dev ## Format the Python
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: .venv/.installed-dev ## Build the wheel, install it elsewhere and run its commands there
	rm -rf dist && $(BIN)/python -m build --wheel --outdir dist .
	.ci/try-wheel dist/*.whl

clean: ## Remove the environment and all that was made
	rm -rf .venv build dist reports .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@echo "Making .venv with $(PYTHON) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	@echo "Installing adcontract into .venv (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	@echo "Installing adcontract and what its tests need into .venv (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.installed
