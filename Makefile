# Coursecite. Each target does all of its own set-up.
#   make chat                 the web chat over the included course, on http://127.0.0.1:7860
#   make ask Q="…"            one cited answer in the terminal
#   make test                 lint, types, a look for what is insecure, and tests, in JOBS processes (2)
#   make audit                known weaknesses of what is installed; asks pypi.org, so it needs a network
#   make fuzz                 20,000 made-up requests to the API: none may end in a defect
#   make eval                 the included course's question set, asked of the default model; the numbers go to README.md
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
JOBS ?= 2
SET ?= eval/sets/deep-learning-applications-in-healthcare.jsonl
RUN ?= runs/$(shell date +%Y-%m-%d-%H%M%S)

# llama.cpp is compiled on this machine; its multimodal part is not used here.
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF

.PHONY: chat ask test fuzz eval audit format setup setup-test clean

chat: setup
	@$(BIN)/coursecite serve --port $(PORT)

ask: setup
	@$(BIN)/coursecite ask "$$Q"
ask: export Q ?= What are the gates of an LSTM?

test: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c pyproject.toml -r corpus rag ui eval -ll -ii
	$(BIN)/pytest -n $(JOBS) --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

fuzz: export COURSECITE_FUZZ ?= 650
fuzz: setup-test
	$(BIN)/pytest -s tests/ui/api/test_fuzz.py

eval: RUN := $(RUN)
eval: setup
	@$(BIN)/coursecite eval run $(SET) --out $(RUN)
	@$(BIN)/python -m eval.readme_table README.md $(RUN)

audit: $(VENV)/audit
	$(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip -r requirements.lock

$(VENV)/audit: $(VENV)/installed
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --disable-pip-version-check --quiet pip-audit

format: setup-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(VENV)/installed

setup-test: $(VENV)/installed-test

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed; name it with PYTHON=/path/to/python3.11."; exit 1; }
	@echo "Setting up $(VENV). The first time takes some minutes: llama.cpp is compiled for this machine."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.lock tests/install-system-packages
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-test.lock
	@tests/install-system-packages
	@touch $@

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache
