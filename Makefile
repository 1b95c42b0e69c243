# Two commands for users: `make demo`, `make test`. Both do their own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# What tests need beside; where it cannot be installed, they are skipped and say so.
TESTING := $(VENV)/.testing

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lint types contracts hygiene bench bench-national assets lock clean

help: ## list these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt requirements/debian.txt pyproject.toml
	@sh tools/setup.sh $(PYTHON) $(VENV)
	@touch $@

$(TESTING): $(READY) requirements/debian-test.txt
	@sh tools/packages.sh requirements/debian-test.txt $(PYTHON) || [ -z "$$CI" ]
	@touch $@

setup: $(READY) ## virtual environment with pinned, hashed dependencies

demo: $(READY) ## the published example and a synthetic country, from files to reports
	@$(BIN)/python tools/demo.py

test: $(TESTING) ## the whole test suite
	@$(BIN)/python -m pytest

check: format lint types contracts hygiene test ## all that continuous integration runs

format: $(READY)
	@$(BIN)/ruff format --check src tests tools benchmarks

lint: $(READY)
	@$(BIN)/ruff check src tests tools benchmarks

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports

hygiene: $(READY)
	@sh tools/hygiene.sh

bench: $(READY) ## speed and memory, as ratios to a floor of the same run; hours, or ENTERPRISES="300000"
	@$(BIN)/python -m benchmarks.index
	@$(BIN)/python -m benchmarks.planted_weights
	@$(BIN)/python -m benchmarks.locating
	@$(BIN)/python -m benchmarks.assigning
	@$(BIN)/python -m benchmarks.web
	@$(BIN)/python -m benchmarks $(if $(ENTERPRISES),--enterprises $(ENTERPRISES)) $(BENCHMARKS)

bench-national: $(READY) ## the same for the whole country: 58 million enterprises, hours
	@$(BIN)/python -m benchmarks --enterprises $(or $(ENTERPRISES),58000000) $(BENCHMARKS)

assets: $(READY) ## rebuild committed assets (fonts, the site); needs Node
	@sh tools/assets.sh $(BIN)/python
	@sh tools/site.sh $(BIN)/python src/reli/web/assets

lock: ## renew the pinned dependencies; needs uv
	@uv pip compile -q --no-emit-index-url --generate-hashes --universal --python-version 3.11 --no-header \
		--group dev --all-extras pyproject.toml -o requirements/dev.txt

clean: ## remove what the commands made, the environment included
	@rm -rf $(VENV) demo build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
