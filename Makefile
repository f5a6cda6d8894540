# Every target first sees to what it needs. Only make and Python 3.11 or newer have to be there.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
URL ?= http://127.0.0.1:4010
ARGS ?=
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
# one resolution for Linux and macOS and every Python from 3.11 on, with the packages that build this one
LOCK = build/lock/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --group build \
	--generate-hashes --no-annotate --custom-compile-command "make lock"

# the tests start many processes, each of which would compile everything anew where no bytecode may be written
# more than a small machine has cores, because many tests wait for an answer
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist worksteal

SWAGGER_UI = mock/adcontract_mock/web/swagger_ui

# of the planted faults the suite has to find so many percent
GOALS = --goal schema=100,protocol=100,security=100,all=97

.DEFAULT_GOAL := help
.PHONY: help mock test test-fast check lint facts bundle kit kit-test changes rules verify style types format bench load kill shared soak fuzz fuzz-quick seeds judge peers prove prove-quick wheel image audit sbom lock swagger-ui clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'ARGS="…" passes options on: make mock ARGS="--port 8080", make check URL=https://… ARGS="--api topsort"'

mock: .venv/.installed ## Start the mock of every API on http://127.0.0.1:4010
	@exec $(BIN)/adcontract mock $(ARGS)

test: .venv/.installed-dev ## Run all tests
	$(PYTEST) $(ARGS)

test-fast: .venv/.installed-dev ## Run the tests that are not slow: no browser, few processes
	$(PYTEST) -m "not slow" $(ARGS)

check: .venv/.installed ## Check the server at URL against the contracts
	@$(BIN)/adcontract check $(URL) $(ARGS)

lint: .venv/.installed ## Check the contracts in spec/ against their rules
	@$(BIN)/adcontract lint $(ARGS)

facts: .venv/.installed ## Count what the vendors' pages state, and what is inferred
	@$(BIN)/adcontract facts $(ARGS)

bundle: .venv/.installed ## Write each contract to build/ as one JSON and one YAML file
	@$(BIN)/adcontract bundle $(ARGS)

kit: .venv/.installed ## Write an npm package for frontends for each contract to build/kit: needs Node 20 and npm
	@$(BIN)/adcontract kit $(ARGS)

kit-test: .venv/.installed ## Test those packages in Node and in Chromium: needs a browser, too
	@$(BIN)/python tools/tests/kit/runners/run.py $(ARGS)

changes: .venv/.installed ## Write spec/*/CHANGES.md from the snapshots of each API
	@$(BIN)/adcontract changes

rules: .venv/.installed ## Write spec/RULES.md, spec/DIFF.md, the examples of lint --explain, and the schemas for editors
	@$(BIN)/python tools/tests/lint/write_rules.py
	@$(BIN)/python tools/tests/diff/write_rules.py

verify: .venv/.installed ## Check that the committed CHANGES.md files are up to date
	@$(BIN)/adcontract changes --check

style: .venv/.installed-dev ## Check the style of the Python code: rules and format of ruff
	$(BIN)/ruff check
	$(BIN)/ruff format --check

bench: .venv/.installed ## Compare the speed of the mock with bare Starlette, Prism and json-server: ten minutes, needs wrk
	@$(BIN)/python bench/bench.py $(ARGS)
	@$(BIN)/python bench/stateful.py

load: .venv/.installed ## Load a stateful mock with 200 clients in 20 sessions: no item may be lost or mixed up
	@$(BIN)/python bench/load.py

kill: .venv/.installed ## Kill a stateful mock fifty times under 50 clients: no acknowledged item may be lost
	@$(BIN)/python bench/kill.py $(ARGS)

shared: .venv/.installed ## Load and kill three mocks that share a database: ARGS="--state postgresql://…", needs wrk
	@$(BIN)/python bench/stateful.py $(ARGS)
	@$(BIN)/python bench/kill.py $(ARGS)

soak: .venv/.installed ## Send a stateful mock a million mixed requests: it may not grow, get slower, or fail
	@$(BIN)/python bench/soak.py $(ARGS)

fuzz: .venv/.installed ## Let Schemathesis look for faults of the mock, in every document and mode: ten minutes
	@$(BIN)/python bench/fuzz.py $(ARGS)

fuzz-quick: .venv/.installed ## The same with some operations and a fixed seed: a minute or two
	@$(BIN)/python bench/fuzz.py --examples 5 --seed 1 $(ARGS)

seeds: .venv/.installed ## Run the suite on the stateful mock, every document, seeds 1 to 20: an hour
	@$(BIN)/python bench/seeds.py $(ARGS)

prove: .venv/.installed ## Plant every fault in every contract, and write conformance/PROOF.md: an hour and a half, and it goes on where it was ended
	@status=0; $(BIN)/adcontract prove --out build/proof $(GOALS) $(ARGS) || status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	$(BIN)/python bench/peers.py --sample 120 --proof build/proof/record.jsonl --page build/proof/PROOF.md && \
	cp build/proof/PROOF.md build/proof/proof.json conformance/ && exit $$status

prove-quick: .venv/.installed ## Plant each kind of fault at one place: a few minutes
	@$(BIN)/adcontract prove --sample 1 --max-time 300 --out build/proof-quick --anew $(GOALS) $(ARGS)

peers: .venv/.installed ## Count the planted faults that plain Schemathesis and Prism report: a quarter of an hour
	@$(BIN)/python bench/peers.py $(ARGS)

judge: .venv/.installed ## Let Prism validate the mock's response to every documented request: needs npm
	@$(BIN)/python bench/judge.py

types: .venv/.installed-dev ## Check the types of the Python code: mypy, strict
	$(BIN)/mypy

format: .venv/.installed-dev ## Format the Python code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: .venv/.installed-dev ## Build wheel and sdist, and try the wheel outside the checkout with each extra
	rm -rf dist && $(BIN)/python -m build --no-isolation --outdir dist .
	.ci/try-wheel dist/*.whl

image: ## Build the container image of the mock: needs docker
	docker build --tag adcontract .

audit: build/audit/.installed ## Look for known vulnerabilities of the packages in the lock file
	@.ci/audit build/audit/bin/python

sbom: build/audit/.installed ## Write dist/adcontract.cdx.json, the bill of materials of the lock file (CycloneDX)
	@mkdir -p dist
	build/audit/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
		--output-file dist/adcontract.cdx.json

lock: build/lock/.installed ## Renew requirements*.txt, which pin every package that is installed here
	$(LOCK) --upgrade --extra dev --output-file requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt --extra all --output-file requirements.txt

# npm compares what it loads with the hash in its registry; SHA256SUMS lets a test compare what is kept
swagger-ui: ## Renew Swagger UI in mock/adcontract_mock/web/swagger_ui: needs npm
	rm -rf build/swagger-ui && mkdir -p build/swagger-ui
	cd build/swagger-ui && npm pack --silent swagger-ui-dist && tar -xzf swagger-ui-dist-*.tgz
	cd $(SWAGGER_UI) && rm -f SHA256SUMS && \
	for file in *; do cp "$(CURDIR)/build/swagger-ui/package/$$file" . || exit 1; done && sha256sum * >SHA256SUMS

clean: ## Remove the environment and everything generated
	rm -rf .venv build dist reports .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@echo "Creating .venv with $(PYTHON) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml requirements.txt | .venv/bin/python
	@echo "Installing adcontract into .venv (once, about a minute)"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml requirements-dev.txt | .venv/bin/python
	@echo "Installing adcontract and what its tests need into .venv (once, about a minute)"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.installed

# by themselves: what they depend on would change how other packages check formats
build/audit/.installed:
	@$(PYTHON) -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10,<3' 'cyclonedx-bom>=7.5,<8'
	@touch $@

build/lock/.installed:
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'
	@touch $@
