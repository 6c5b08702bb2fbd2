# Each target does its own set-up. Options of the commands are environment variables: COMMON_APIS_PORT=8080 make serve

PYTHON ?= python3
BIN := .venv/bin
PARALLEL := --numprocesses auto --dist loadfile
PYTEST := $(BIN)/pytest $(PARALLEL)
TYPES := build/types/common_apis

.PHONY: install serve test test-all test-lowest lint dist fuzz kill bench clean
.NOTPARALLEL:  # two of them would write to .venv at once

install: .venv/installed

.venv/serving .venv/building .venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or later is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@$(PYTHON) scripts/install.py $(@F)

serve: .venv/serving
	@exec $(BIN)/common-apis serve

test: lint
	@$(PYTEST) -m 'not slow'

test-all: lint
	@if command -v npm >/dev/null; then \
	  $(BIN)/python tests/clients/install.py && $(BIN)/python tests/examples/install.py; \
	fi
	@$(PYTEST)

# The tests with the lowest versions that pyproject.toml allows of what it names.
test-lowest: install
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python build/lowest
	@$(BIN)/uv pip install --quiet --python build/lowest/bin/python --resolution lowest-direct --editable '.[dev]'
	@build/lowest/bin/pytest $(PARALLEL) -m 'not slow'

lint: install
	@rm -rf $(TYPES) && mkdir -p $(TYPES)
	@for each in handlers mock_data openapi mock_server/*; do ln -s ../../../$$each $(TYPES)/; done
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/mypy --no-error-summary tests examples/pytest scripts/install.py scripts/dist.py

dist: .venv/building
	@$(BIN)/python scripts/dist.py

fuzz: install
	@$(BIN)/python -m tests.proof.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

kill: install
	@$(BIN)/python -m tests.world.kill $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

bench: install
	@$(BIN)/python -m tests.bench

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
