# Each target does all the set-up it needs: Python 3.11 or newer, git and make are enough.
SHELL := bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests wait for servers now and then, so half as many again as there are processors keep these busy.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))

.DEFAULT_GOAL := help
.PHONY: help demo deploy up down sandbox test crash faults bugs fuzz machines check format docs tutorial bench figures lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements-dev.txt requirements-uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found on the PATH."; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements-dev.txt \
		|| { echo "uv could not install; trying pip, which takes a few minutes …"; \
		$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; }
	@touch $@

demo: $(READY) ## from a folder of files into a library, a kill in the middle, nothing lost or doubled
	@$(BIN)/python -m deployments.demo

deploy: $(READY) ## work pool, blocks, limits, automations and deployments on the server of PREFECT_API_URL
	@$(BIN)/python -m deployments.deploy $(ARGS)

up: $(READY) ## sandbox, Prefect server with every deployment and a worker, left running; prints the UI's address
	@$(BIN)/python -m deployments.up

down: $(READY) ## stop what `make up` left running
	@$(BIN)/python -m deployments.up --stop

sandbox: $(READY) ## the stand-in services alone, in the foreground
	@$(BIN)/python -m sandbox --data .run/sandbox

test: $(READY) ## every test, on all processors
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

crash: $(READY) ## runs killed at every effect, 12,000 times, and done again (ARGS="--only backfill", "--resume")
	@PYTHONPATH=tests $(BIN)/python -m support.crash $(ARGS)

faults: $(READY) ## every fault of network and services at every endpoint of every flow (ARGS="--flow promotion", "--seed 2")
	@PYTHONPATH=tests $(BIN)/python -m support.faults $(ARGS)

bugs: $(READY) ## promises broken on purpose, a bug at a time, that the tests have to catch (ARGS="ledger promotion": only those)
	@PYTHONPATH=tests $(BIN)/python -m support.bugs $(ARGS)

fuzz: $(READY) ## 10,000 mutated answers of each endpoint, and schemathesis against the sandbox (ARGS="500 storage")
	@PYTHONPATH=tests $(BIN)/python -m support.fuzz.whole $(ARGS)

machines: $(READY) ## two workers, 5,000 originals, one worker killed; prints what the service saw (about six minutes)
	@MACHINES=full $(BIN)/python -m pytest -q -s tests/machines $(ARGS)

check: $(READY) ## ruff, format, types, spelling, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/python -m pytest -q tests/test_layers.py

format: $(READY) ## put the code in the house form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

docs: $(READY) ## docs/reference anew, from the code
	@$(BIN)/python -m deployments.reference

tutorial: $(READY) ## docs/tutorial.md from a fresh clone to its end, as it stands there (about ten minutes)
	@PYTHONPATH=tests $(BIN)/python -m support.tutorial

bench: $(READY) ## the speed and memory claims, beside the peers (about half an hour; ARGS="upload flow": only those)
	@$(BIN)/python -m benchmarks $(ARGS)

figures: $(READY) ## marked figures in README and docs anew, from the last recorded runs
	@$(BIN)/python -m benchmarks.figures

lock: $(READY) ## pin the dependencies anew, with hashes
	@echo uv | $(BIN)/uv pip compile - -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-uv.txt
	@$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml -q --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt

clean: ## remove the environment and everything that was made by running
	@rm -rf $(VENV) .run .pytest_cache .ruff_cache .mypy_cache .hypothesis
