# Needs make and any Python >= 3.11 with venv. Everything else goes into .venv, pinned by hash in constraints.txt.
# Another interpreter: make PYTHON=/path/to/python3 ...

PYTHON ?= python3.13 python3.12 python3.11 python3
UV ?= uv
PYTEST_ARGS ?= -n auto --maxprocesses=8
FUZZ_SECONDS ?= 600

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-peers
PEERS_READY := $(PEERS)/.ready
PIP := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check
CODE = $(shell find src tests examples scripts benchmarks -name '*.py' 2>/dev/null | cut -d/ -f1 | sort -u)
COVERAGE := build/coverage.txt
# Every branch of these is tested: they decide whether a token is believed.
COMMA := ,
EMPTY :=
FULL := cose cwt claims trust status verify
FULL_FILES := $(subst $(EMPTY) ,$(COMMA),$(foreach package,$(FULL),src/certmark/$(package)/*))

.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers docs bench conformance fuzz mutants lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## the whole story on this machine: issue, publish, verify, withdraw; files in demo-out/
	@$(BIN)/certmark demo --out demo-out

test: $(READY) $(PEERS_READY) ## all tests, with branch coverage: 100 % where tokens are judged, 95 % overall
	@mkdir -p build && rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest $(PYTEST_ARGS) --cov --cov-report=term --cov-fail-under=95
	@$(BIN)/python -m coverage report --include='$(FULL_FILES)' --fail-under=100 >$(COVERAGE) 2>&1 \
	  || { cat $(COVERAGE); echo "certmark: branch coverage of $(FULL) must be 100 %" >&2; exit 1; }

lint: $(READY) ## ruff: rules and format
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)

types: $(READY) ## mypy --strict
	@$(BIN)/mypy $(CODE)

layers: $(READY) ## import-linter: imports go one way
	@$(BIN)/lint-imports

docs: $(READY) $(PEERS_READY) ## every code block of the documentation runs
	@$(BIN)/python -m pytest tests/docs

bench: $(READY) $(PEERS_READY) ## ratios against raw cryptography (BENCH_ARGS=--quick: rougher and faster)
	@$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

conformance: $(READY) ## both clients of this repository against every test vector, one process each: minutes
	@$(BIN)/python scripts/run_conformance.py $(CONFORMANCE_ARGS) \
	  "$(BIN)/certmark verify" "$(BIN)/python examples/independent_verify.py"

fuzz: $(READY) ## atheris on every reader, FUZZ_SECONDS each (FUZZ_ARGS: targets, --seed N); only Linux on x86-64
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) $(FUZZ_ARGS)

mutants: $(READY) ## mutation testing of the packages that judge tokens, for hours (MUTANTS_ARGS: packages, --ending 37)
	@$(BIN)/python scripts/mutants.py $(MUTANTS_ARGS)

COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet $(if $(UPGRADE),--upgrade)

lock: ## resolve constraints.txt and benchmarks/peers.txt again (UPGRADE=1: to the newest releases); needs uv
	@command -v $(UV) >/dev/null || { echo "certmark: make lock needs uv (install it, or give UV=/path/to/uv)" >&2; exit 1; }
	@$(COMPILE) pyproject.toml --all-extras --group dev --group fuzz --group mutants --output-file constraints.txt
	@$(COMPILE) benchmarks/peers.in --output-file benchmarks/peers.txt

clean: ## remove everything that make has made, .venv too
	@rm -rf $(VENV) $(PEERS) build dist demo-out .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
	  .pytest_cache .ruff_cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The first candidate that runs, is new enough and can make virtual environments: version-manager shims exist without
# working, and some distributions ship Python without ensurepip.
# The lock names everything: without --no-deps pip looks for newer releases, and stops at one that the lock does not name.
$(READY): constraints.txt pyproject.toml
	@chosen=; bare=; \
	for candidate in $(PYTHON); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then chosen=$$candidate; break; fi; \
	  bare=$${bare:-$$candidate}; \
	done; \
	if [ -z "$$chosen" ] && [ -n "$$bare" ]; then \
	  echo "certmark: $$bare has no venv or ensurepip: install it (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; \
	elif [ -z "$$chosen" ]; then \
	  echo "certmark: no Python >= 3.11 found (tried: $(PYTHON)): install one, or give PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	echo "certmark: setting up $(VENV) with $$("$$chosen" --version) and the packages of constraints.txt (once, about a minute)"; \
	"$$chosen" -m venv --clear $(VENV)
	@$(PIP) install --no-deps --only-binary :all: --require-hashes --requirement constraints.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(READY)

# The COSE libraries that tests and benchmarks compare with pin packages that certmark does not.
$(PEERS_READY): benchmarks/peers.txt | $(READY)
	@echo "certmark: setting up $(PEERS) with the packages of benchmarks/peers.txt (once, some seconds)"
	@$(BIN)/python -m venv --clear --without-pip $(PEERS)
	@$(PIP) --python $(PEERS)/bin/python install --no-deps --only-binary :all: --require-hashes --requirement benchmarks/peers.txt
	@touch $(PEERS_READY)
