# Seven verbs. What they need is installed into .venv and run from var/; nothing else is touched.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Extra words for pip. TORCH=cpu takes the build without CUDA where the default brings gigabytes.
PIP_FLAGS ?=
ifeq ($(TORCH),cpu)
PIP_FLAGS += --extra-index-url https://download.pytorch.org/whl/cpu
endif
LOCAL := $(PY) -m moviedb.local --end-with-parent

.DEFAULT_GOAL := help
.PHONY: help setup db seed run worker stop test lint doctor installed installed-for-tests

help:
	@echo 'make run      the whole site, at http://127.0.0.1:8000/ (PORT=8001 for another port)'
	@echo 'make setup    everything up to the first start; `make run` does it too'
	@echo 'make test     all tests (ARGS="tests/taste -k vibe" for some)'
	@echo 'make lint     formatting, contracts between the parts, types, settings'
	@echo 'make db       PostgreSQL and Redis alone, for `manage.py` while the site is down'
	@echo 'make worker   one more Celery worker, in the foreground'
	@echo 'make seed     people and ratings to look around with'
	@echo 'make doctor   what is running, which versions, what is missing'
	@echo 'TORCH=cpu     before any of them: install torch without CUDA, much smaller'

setup: installed
	@$(LOCAL) setup

run: installed
	@$(LOCAL) run

db: installed
	@$(LOCAL) db

worker: installed
	@$(LOCAL) worker

seed: setup
	@$(LOCAL) with $(PY) manage.py seed_demo

stop: installed
	@$(LOCAL) stop

doctor: installed
	@$(PY) manage.py doctor

# A process for each core, up to four, takes one module of tests after another; ARGS="-n 0" runs
# all in one process.
test: installed-for-tests
	@$(PY) manage.py prepare_encoder
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder $(ARGS)

lint: installed-for-tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	find templates -name '*.html' | xargs -r $(VENV)/bin/djade --check --target-version 5.2
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy recommendations
	$(LOCAL) with $(PY) manage.py makemigrations --check --dry-run
	BEHIND_HTTPS=yes $(PY) manage.py check --deploy --fail-level WARNING

# The virtual environment, brought up to date when the requirements have changed in content.

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'MovieDB needs Python 3.11 or newer; this is' "$$($(PYTHON) --version 2>&1)."; \
	  echo 'Name another one: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@echo 'Making the virtual environment $(VENV) …'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'On Debian and Ubuntu, venv is a package of its own: apt-get install python3-venv'; \
	  exit 1; }

installed: | $(PY)
	@cmp -s requirements.txt $(VENV)/requirements.installed || { \
	  echo 'Installing requirements.txt (about 1 GB with torch; once) …' && \
	  $(PY) -m pip install --disable-pip-version-check --progress-bar on $(PIP_FLAGS) \
	    -r requirements.txt && \
	  cp requirements.txt $(VENV)/requirements.installed; }

installed-for-tests: installed
	@cmp -s tests/requirements.txt $(VENV)/tests-requirements.installed || { \
	  echo 'Installing tests/requirements.txt …' && \
	  $(PY) -m pip install --disable-pip-version-check $(PIP_FLAGS) \
	    -r requirements.txt -r tests/requirements.txt && \
	  cp tests/requirements.txt $(VENV)/tests-requirements.installed; }
