# Everything a newcomer needs. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test bench screenshots lint lock set-up set-up-dev

PYTHON ?= python3
BIN := .venv/bin
# The machine's cores are shared with the PostgreSQL that each test process starts.
WORKERS ?= 2
# For example: make test TESTS=tests/core   make run ARGS="--data-dir /tmp/try"
TESTS ?= tests
ARGS ?=

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: set-up ## Open the window (sets everything up the first time)
	@$(BIN)/crm-desktop $(ARGS)

test: set-up-dev ## Run the tests on a real PostgreSQL (sets everything up the first time)
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

bench: set-up-dev ## Measure on a million customers, beside the same work as bare SQL
	$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: set-up-dev ## Render the pictures in docs/screenshots
	$(BIN)/python -m scripts.screenshots $(ARGS)

lint: set-up-dev ## Style, types, layers, and models against migrations
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scripts.check_drift

lock: ## Renew the lock files from pyproject.toml (needs uv)
	$(COMPILE) --group install -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

# No registry is named in the lock files: the hashes say what may be installed, pip's own settings say where from.
COMPILE = uv --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade

set-up:
	@$(PYTHON) -m scripts.set_up

set-up-dev:
	@$(PYTHON) -m scripts.set_up --dev
