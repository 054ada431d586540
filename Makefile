# `make demo` and `make test` do all their own set-up; Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint sbom audit check clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 22

setup: $(STAMP) ## Make .venv with the trialwatch command in it (does nothing the second time)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("trialwatch needs Python 3.11 or newer; this is %s. Set PYTHON=/path/to/python3.11" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## Watch the main job happen, offline (ONCE=1 ends by itself)
	@$(BIN)/trialwatch demo $(if $(ONCE),--once)

test: setup ## Run every test that this machine can run, and say what it skips
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup ## Formatting, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

sbom: setup ## Write sbom.cdx.json: every package it runs with, licence and hashes
	$(BIN)/python -m supply.sbom sbom.cdx.json

audit: setup ## Hold the packages it runs with against advisories (ADVISORIES=folder, ZIP or address)
	$(BIN)/python -m supply.audit $(ADVISORIES)

check: lint test ## Linters and tests

clean: ## Remove what setup and the tools made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
