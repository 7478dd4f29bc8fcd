# `make run` runs the main job on a fresh machine, `make test` the tests; both need Python >= 3.11.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run serve test check flow-test browser-test train bench bench-cleaning bench-furniture bench-stories bench-scale \
	bench-lookups bench-drift bench-report bench-run bench-dask faults fuzz

run: .venv/installed
	$(BIN)/python -m flows raw clean

# Prefect's server with its UI, and the flows on their schedules, until Ctrl-C.
EVERY_TIME ?= 15m
serve: .venv/installed
	$(BIN)/python -m flows.serving raw clean --every $(EVERY_TIME)

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto

# Tests that start Prefect's embedded server.
flow-test: .venv/installed-dev
	$(BIN)/python -m pytest -m flow

# Tests of the report in headless Chromium (Debian's package chromium); skipped where there is none.
browser-test: .venv/installed-dev
	$(BIN)/python -m pytest -m browser

# Lint, format, types.
check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Train the block classifier anew from labelled pages; the models go into the package.
CORPUS ?= ../shared/corpus
train: .venv/installed-dev
	$(BIN)/python -m pipeline.cleaning.train $(CORPUS)

# Copydesk beside a script of its parts and beside datatrove, whole commands over the same raw files;
# writes docs/benchmarks.* after each round. These sizes keep two cores busy for two to three hours:
# start it when nothing else runs. PAGES=200 TEXTS=500 ROUNDS=2 is a try.
PAGES ?= 4000
TEXTS ?= 20000
ROUNDS ?= 5
bench: .venv/installed-dev .venv-bench/installed
	$(BIN)/python -m tests.bench.side_by_side $(CORPUS) --into docs \
		--pages $(PAGES) --texts $(TEXTS) --rounds $(ROUNDS)

# Cleaning, out of fold by domain, against trafilatura and readability: about half an hour.
bench-cleaning: .venv/installed-dev
	$(BIN)/python -m tests.bench.cleaning $(CORPUS)

# Furniture across documents: clutter taken, story words lost; about two minutes.
bench-furniture: .venv/installed-dev
	$(BIN)/python -m tests.bench.furniture

# Copies of one story, beside datasketch and rensa: about two minutes.
SYNDICATION ?= ../shared/syndication
bench-stories: .venv/installed-dev
	$(BIN)/python -m tests.bench.stories $(SYNDICATION)

# What stories cost as documents grow; COUNTS=10000,100000,1000000 takes the better part of an hour.
COUNTS ?= 10000,100000
comma := ,
bench-scale: .venv/installed-dev
	$(BIN)/python -m tests.bench.story_scale $(subst $(comma), ,$(COUNTS))

# One story, a day's, a month's among a million articles, in DuckDB and Polars: about five minutes.
bench-lookups: .venv/installed-dev
	$(BIN)/python -m tests.bench.lookups --chart docs/lookups.svg

# Alarms of made sources that break, over half a year, and what an oracle could tell: some four minutes.
SEEDS ?= 701-715
bench-drift: .venv/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.bench.drift --seeds $(SEEDS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.bench.drift_bound --seeds $(SEEDS)

# A run is killed, or its disk fails, at every step in turn: some hours; EVERY=10 tries each tenth.
EVERY ?= 1
faults: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.faults --every $(EVERY)

# Mutated files against the laws of the design: about an hour for 200,000.
INPUTS ?= 200000
fuzz: .venv/installed-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.fuzz --inputs $(INPUTS)

# Memory and CPU time of a report, after an ingest that takes longer.
REPORTED ?= 20000
bench-report: .venv/installed-dev
	$(BIN)/python -m tests.bench.report_run $(REPORTED)

# Memory and CPU time of a whole run.
DOCUMENTS ?= 100000
bench-run: .venv/installed-dev
	$(BIN)/python -m tests.bench.whole_run $(DOCUMENTS)

# The flow with its own pool, and on one and two Dask workers here: some ten minutes.
bench-dask: .venv/installed-dev
	$(BIN)/python -m tests.bench.dask_run 8000

# Pins hold everything, so nothing is resolved: the pip that an old Python brings is enough.
.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Copydesk needs Python 3.11 or newer")'
	@echo "Installing into .venv: about a minute, once"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-deps --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing the tools for the tests"
	@$(BIN)/python -m pip install --quiet --no-deps --requirement requirements-dev.txt
	@touch $@

# Peers that cannot live beside our pins.
.venv-bench/installed: requirements-bench.txt
	@echo "Installing the peers into .venv-bench"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --no-deps --requirement requirements-bench.txt
	@touch $@
