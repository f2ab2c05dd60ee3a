# Everything starts here. `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export HOME := $(or $(HOME),$(CURDIR)/.cache/home)
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(CURDIR)/.uv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/layers/common:$(CURDIR)
STAGE ?= dev
FN ?=
EVENT ?=
STACKS ?=
FROM :=
# Never from the environment, where many a desktop keeps the name of its own user.
USERNAME :=
export USERNAME
SECRET := signing-keys
REQUESTS :=
USERS :=
OPTIONS :=
PACKAGES := layers/common/pickvs cdk local functions tests bench tools app.py
LOCKS := requirements/uv.txt requirements/dev.txt local/runtime.txt package-lock.json
SOURCES := docs/openapi.json $(shell find app.py cdk functions layers -type f -not -name '*.pyc')

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/.ready: tools/setup.sh .python-version $(LOCKS)
	@tools/setup.sh
	@touch $@

.PHONY: setup
setup: .venv/.ready ## install the pinned tools into this folder

cdk.out/%/manifest.json: .venv/.ready cdk.json $(SOURCES)
	@cdk synth --ci --quiet -c stage=$* -o cdk.out/$* >/dev/null
	@touch $@

.PHONY: run
run: cdk.out/local/manifest.json ## serve the whole platform on this machine until Ctrl-C
	@exec python -m local run cdk.out/local

.PHONY: invoke
invoke: .venv/.ready ## call a function of the running platform: FN=fetch_odds [EVENT=file.json]
	@exec python -m local invoke "$(FN)" $(if $(EVENT),--event "$(EVENT)")

.PHONY: rotate
rotate: .venv/.ready ## replace a secret of the running platform, in the steps that AWS does: SECRET=signing-keys
	@exec python -m local rotate "$(SECRET)"

.PHONY: admin
admin: .venv/.ready ## make a user of the running platform an administrator: USERNAME=ada
	@python -c 'import json, os; print(json.dumps({"command": "grant_role", "username": os.environ["USERNAME"], "role": "admin", "reason": "make admin"}))' \
	  | python -m local invoke operator --event /dev/stdin

.PHONY: test
# Three workers on two cores: one of them mostly waits for the tour's game to end.
test: lint ## lint, types, contracts and every test
	@pytest -n 3 --dist loadgroup

.PHONY: lint
lint: .venv/.ready ## ruff, mypy strict and the import contracts
	@ruff check $(PACKAGES)
	@ruff format --check --quiet $(PACKAGES)
	@mypy
	@lint-imports

.PHONY: format
format: .venv/.ready ## rewrite the code in the house style
	@ruff check --fix --quiet $(PACKAGES) || true
	@ruff format $(PACKAGES)

.PHONY: openapi
openapi: .venv/.ready ## write docs/openapi.json from the endpoints
	@python -m tools.openapi

.PHONY: release-openapi
release-openapi: .venv/.ready ## make it the document that later changes are held to, as part of a release
	@python -m tools.openapi release

.PHONY: bench
bench: .venv/.ready ## measure, and print a table
	@python -m bench

.PHONY: synth
synth: .venv/.ready ## write the CloudFormation templates: STAGE=dev
	@cdk synth --ci --quiet -c stage=$(STAGE) -o cdk.out/$(STAGE) >/dev/null
	@echo "templates are in cdk.out/$(STAGE)"

.PHONY: cost
cost: cdk.out/$(STAGE)/manifest.json ## estimate a month's bill: STAGE=prod [REQUESTS=1000000 | USERS=1000] [OPTIONS=--free-tier]
	@python -m tools.cost cdk.out/$(STAGE) $(addprefix --requests ,$(REQUESTS)) $(addprefix --users ,$(USERS)) $(OPTIONS)

.PHONY: deploy
deploy: .venv/.ready ## deploy to AWS: STAGE=dev [STACKS=pickvs-dev-data]
	@cdk deploy $(or $(STACKS),--all) -c stage=$(STAGE) -o cdk.out/$(STAGE)

.PHONY: destroy
destroy: .venv/.ready ## remove from AWS what `deploy` made: STAGE=dev
	@cdk destroy --all -c stage=$(STAGE) -o cdk.out/$(STAGE)

.PHONY: restore
restore: .venv/.ready ## load an export into the empty database that DATABASE_URL names: FROM=folder or s3://…
	@exec python -m tools.recovery "$(FROM)"

.PHONY: lock
lock: ## pin every requirements file anew, with hashes
	@tools/lock.sh

.PHONY: clean
clean: ## remove what make made; keeps the database in .pickvs
	@rm -rf .venv .uv .runtime node_modules cdk.out .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
