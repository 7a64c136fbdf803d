# Chain Rule: set-up, tests, benchmarks. `make help` lists the targets.
# Only make and a Python 3.11 to 3.13 are assumed; uv is used where it is installed.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
# Every run leaves what each test took in $(TIMES)/TARGET.xml, and ends with the slowest ones.
TIMES := .test-times
PYTEST = $(BIN)/python -m pytest -n auto --dist loadgroup --durations 20 --durations-min 2 --junitxml $(TIMES)/$@.xml
READY := $(VENV)/.ready
# Several processes share the cores in tests and benchmarks: one BLAS thread each.
export OPENBLAS_NUM_THREADS = 1
export PYTHONUTF8 = 1

# What students and authors call; numpydoc reads the docstrings of these.
DOCUMENTED = $(shell find lib/chainrule -name '*.py' -not -path '*/authoring/*' -not -path '*/exercises/*' \
	-not -name cli.py -not -name shell.py)

.DEFAULT_GOAL := help
.PHONY: help setup build demo lab test test-course test-proctor test-slow test-full coverage lint verify bench release clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(READY) ## create .venv and install the project with all that its tests need

$(READY): pyproject.toml autograder/pyproject.toml .ci/setup
	@bash .ci/setup $(VENV)
	@touch $@

test: $(READY) lint test-course test-proctor ## set-up, lint and the quick suite: both halves

test-course: $(READY) ## its half about chainrule and the course
	$(PYTEST) lib tests/lib tests/course tests/architecture $(PYTEST_ARGS)

test-proctor: $(READY) ## its half about proctor, where chainrule cannot be imported
	PYTHONPATH=tests/absent $(PYTEST) tests/autograder $(PYTEST_ARGS)

test-slow: $(READY) ## what starts many processes or real services, in groups with a budget each
	$(PYTEST) -m slow $(PYTEST_ARGS)

test-full: $(READY) ## the long proofs; writes tests/RESULTS.json
	$(PYTEST) -m full $(PYTEST_ARGS)

coverage: $(READY) ## the share of lines that the quick suite runs in its own processes
	$(PYTEST) lib tests/lib tests/course tests/architecture --cov --cov-report= $(PYTEST_ARGS)
	PYTHONPATH=tests/absent $(PYTEST) tests/autograder --cov --cov-append --cov-report=term:skip-covered $(PYTEST_ARGS)

lint: $(READY) ## formatter, linter, type checker, rules of imports, docstrings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd autograder && $(abspath $(BIN))/lint-imports --no-logo
	@echo "numpydoc lint lib/chainrule"; $(BIN)/numpydoc lint $(DOCUMENTED)

build: $(READY) ## build source, release and student edition of every unit
	$(BIN)/chainrule build

demo: $(READY) ## the whole way: build, a simulated class of 12, grading, feedback, report, scores
	$(BIN)/chainrule demo --students 12

lab: $(READY) ## JupyterLab on the student release
	$(BIN)/chainrule lab $(LAB_ARGS)

verify: $(READY) ## prove the checks of every unit: right answers pass, mistakes are named
	$(BIN)/chainrule verify

bench: $(READY) ## benchmarks; results under benchmarks/results/
	$(BIN)/python benchmarks/instant_check.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/unit_times.py
	$(BIN)/python benchmarks/wire.py
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/large_class.py
	$(BIN)/python benchmarks/feedback.py
	$(BIN)/python benchmarks/class_report.py

release: $(READY) ## both wheels and one zip for each unit's student release, in dist/
	$(BIN)/python .ci/release.py $(RELEASE_ARGS)

clean: ## remove the environment and caches
	rm -rf $(VENV) $(TIMES) .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
