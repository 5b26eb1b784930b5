# Two commands: `make study` runs the whole default study, `make test` every check.

PYTHON ?= python3
BIN := .venv/bin
# Stages are started by DVC as `python stages/...`: the environment's python must come first. It must
# not be the one that a new environment is made with.
OUTER := $(subst $(CURDIR)/.venv/bin:,,$(PATH))
export PATH := $(CURDIR)/.venv/bin:$(OUTER)
# What the environment depends on; its scripts also know where it is.
PINS = { cat constraints.txt pyproject.toml; pwd; }

.PHONY: study test venv check unit

study: venv
	@synthgap plan
	@synthgap repro
	@synthgap verdicts

test: venv check unit

check: venv
	ruff format --check .
	ruff check .
	mypy

unit: venv
	pytest --numprocesses 2 --dist loadgroup

# Made once, and made anew when the pins or the requirements change.
venv:
	@$(PINS) | cmp -s - .venv/pins || $(MAKE) --no-print-directory install

.PHONY: install
install:
	@PATH="$(OUTER)" $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"synthgap needs Python 3.11 or newer, found {sys.version.split()[0]}: make PYTHON=/path/to/python3")'
	rm -rf .venv
	PATH="$(OUTER)" $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]'
	@$(PINS) > .venv/pins
