# The way in. `make demo` and `make test` need python3 (3.11 to 3.13), make and git, and put everything else into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo lab test check prove bench wheel lock clean
PYTHON ?= python3
BLOCK ?= credit-xai
ROLE ?= --as ines
GRADING ?= --stock-sample 20
IN := .venv/bin
INSTALL := VIRTUAL_ENV=.venv $(IN)/uv pip install -q
READY := .venv/.ready

help:  ## what can be made (this list)
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 13

demo: $(READY)  ## a class of twelve simulated learners: built, handed in, graded, in ./demo
	$(IN)/situ demo demo --replace

lab: $(READY)  ## open that class in JupyterLab as a learner (ROLE=--instructor: with the formgrader)
	$(IN)/situ lab demo $(ROLE)

test: $(READY)  ## the whole suite
	$(IN)/pytest -n 2 --dist loadfile

check: $(READY)  ## lint, format, types and the fast tests
	$(IN)/ruff check . && $(IN)/ruff format --check . && $(IN)/mypy
	$(IN)/pytest -n 2 --dist loadfile -q -m "not slow and not browser"

prove: $(READY)  ## prove that every mark of a block is fair (BLOCK=credit-xai)
	$(IN)/situ prove $(BLOCK)

bench: $(READY)  ## the measurements in benchmarks/ (GRADING=: stock grades all 200 too, 20 minutes more)
	@set -e; for name in lessons open_case forms company_class; do echo "$$name"; $(IN)/python benchmarks/$$name.py; done
	@echo grading; $(IN)/python benchmarks/grading.py $(GRADING)
	@echo grading_scale; $(IN)/python benchmarks/grading_scale.py

wheel: $(READY)  ## the wheel, in dist/
	rm -rf build dist
	$(IN)/uv build -q --wheel --no-build-isolation --python $(IN)/python --out-dir dist

lock: $(READY)  ## renew requirements.lock after a change in pyproject.toml (UPGRADE=--upgrade: newest of all)
	$(IN)/uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --generate-hashes $(UPGRADE) \
		--custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements.lock
	$(IN)/python tools/pin_environment.py

clean:  ## remove what make and the tools made, the demo class too
	rm -rf .venv demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Installed once; again when the lock or the project's own description changes. uv comes from the lock too, hashes and all.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo 'Situ needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is not one of them. Name one: make PYTHON=python3.12 ...' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'This Python has no venv. On Debian and Ubuntu: apt install python3-venv' >&2; exit 2; }
	@echo 'Installing into .venv, once (20 seconds on a good line) ...'
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[a-z]/ { on = /^uv==/ } on' requirements.lock > .venv/uv.txt
	@$(IN)/python -m pip install -q --disable-pip-version-check -r .venv/uv.txt
	@$(INSTALL) --compile-bytecode --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@
