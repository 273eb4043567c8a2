# Each target sets up what it needs, once, inside this checkout (.venv, node_modules, build).
# PYTHON=python3.12 picks the interpreter, SERVE=0 keeps `make demo` from serving, PORT=8890 moves
# it, ARGS="-k flow" goes to pytest.

.DEFAULT_GOAL := help
.PHONY: help demo test test-thorough check lint js bench mutants pins clean distclean
MAKEFLAGS += --no-print-directory

task = @python=$$(sh scripts/find_python.sh) && exec "$$python" scripts/tasks.py

help:
	@echo "make demo       the real and the generated campaign in the terminal, then in JupyterLab"
	@echo "make test       every check, and the tests that a change waits for: Python, TypeScript, browser"
	@echo "make test-thorough   every test, with many new random examples (hours)"
	@echo "make check      lint, types and the quick tests of what differs from main, within a minute"
	@echo "make lint       formatting, lint, types and the direction of imports"
	@echo "make js         builds the TypeScript into src/results_widgets/static"
	@echo "make bench      times the main job"
	@echo "make mutants    plants one-token mistakes and counts those that no test catches"
	@echo "make pins       renews constraints.txt"
	@echo "make clean      removes what was built (make distclean: the environments too)"

demo:
	$(task) demo

test:
	$(task) test $(ARGS)

test-thorough:
	$(task) test-thorough $(ARGS)

check:
	$(task) check

lint:
	$(task) lint

js:
	$(task) js

bench:
	$(task) bench $(ARGS)

mutants:
	$(task) mutants $(ARGS)

pins:
	$(task) pins

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

distclean: clean
	rm -rf .venv node_modules
