# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
BOOKS ?= build/demo
SEEDS ?= 1,2,3

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m tieout.ready  # else every night of a user who may not write here does it
	@touch $@

setup: $(STAMP)

demo: $(STAMP)  ## set up, and close the sample month
	@rm -rf $(BOOKS)
	$(BIN)/tieout init $(BOOKS) --sample
	$(BIN)/tieout mapping propose --home $(BOOKS) --as jane
	$(BIN)/tieout mapping approve --all --home $(BOOKS) --as jane
	$(BIN)/tieout run --home $(BOOKS) --as-of 2026-10-01
	$(BIN)/tieout check --home $(BOOKS)

test: $(STAMP)  ## set up, and pass the tests
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(STAMP)  ## style, layout of statements, types, layers, generated pages
	$(BIN)/ruff check .
	$(BIN)/sqruff lint benchmarks exporters importers ledger rules tieout
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

docs: $(STAMP)  ## write the generated pages
	$(BIN)/python docs/generate.py

pictures: $(STAMP)  ## every sheet and the status page as pictures in docs/pictures/; needs LibreOffice, poppler-utils and Chromium
	@TIEOUT_NOW=2026-10-01T04:00:00 $(MAKE) --no-print-directory demo BOOKS=build/pictures > /dev/null 2>&1  # a clock that stands, so that pictures change where sheets do
	$(BIN)/python docs/pictures.py build/pictures

bench: $(STAMP) peer  ## time against floors measured in the same run
	$(BIN)/python benchmarks/bench.py

wheel: $(STAMP)  ## dist/tieout-….whl, for pipx install or uv tool install
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

PEER := build/peer/.ready

$(PEER): benchmarks/peer.lock
	$(PYTHON) -m venv build/peer
	build/peer/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r benchmarks/peer.lock
	@touch $@

peer: $(PEER)  ## pandas for the script of P13, in an environment of its own

drill: $(STAMP)  ## long drills: kills, every durable step, flipped bits, damaged caches, transfers; TIEOUT_DRILL="kills=20,segments=100" for fewer
	$(BIN)/python -m pytest -m drill -n auto --dist worksteal

catch: $(STAMP)  ## plant every defect in a clean month and publish what was caught; SEEDS="1,2,3", DEFECTS="so_missing ..." for fewer
	PYTHONPATH=tests:. $(BIN)/python -m planted.catch --seeds $(SEEDS) $(if $(DEFECTS),$(DEFECTS),--write)

.PHONY: setup demo test lint docs pictures bench wheel peer drill catch
