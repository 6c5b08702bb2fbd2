# Each target does its own set-up. Options of the commands are environment variables: COMMON_APIS_PORT=8080 make serve

PYTHON ?= python3
BIN := .venv/bin
TYPES := build/types/common_apis

.PHONY: install serve test lint fuzz kill bench clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@printf "Installing into .venv, once: about a minute "
	@while sleep 2; do printf .; done & trap "kill $$!" EXIT; $(PYTHON) -m venv .venv \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@echo " done"
	@touch $@

serve: install
	@exec $(BIN)/common-apis serve

test: lint
	@$(BIN)/pytest

lint: install
	@mkdir -p $(TYPES)
	@for folder in handlers mock_data mock_server openapi; do ln -sfn ../../../$$folder $(TYPES)/$$folder; done
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/mypy --no-error-summary tests examples/pytest

fuzz: install
	@$(BIN)/python -m tests.proof.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

kill: install
	@$(BIN)/python -m tests.world.kill $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

bench: install
	@$(BIN)/python -m tests.bench

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
