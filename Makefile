# Every target does its own set-up. Set COMMON_APIS_* variables to pass options to `make serve`.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: install serve test fuzz bench lint

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one: make PYTHON=python3.12"; exit 2; }
	@echo "Installing into .venv (about half a minute, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

serve: install
	@exec $(BIN)/common-apis serve
