# Everything starts here. `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export HOME := $(or $(HOME),$(CURDIR)/.cache/home)
ROUTE :=
# `make endpoint PATH=/picks/likes` states a route, not where programs are.
ifneq ($(filter endpoint,$(MAKECMDGOALS)),)
ROUTE := $(if $(filter command,$(origin PATH)),$(PATH))
override PATH := /usr/local/bin:/usr/bin:/bin
endif
override PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(CURDIR)/.uv/bin:$(PATH)
export PATH
export PYTHONPATH := $(CURDIR)/layers/common:$(CURDIR)
# The last bits of a trained model depend on how many threads multiply matrices. The deployed `train` has one as well.
export OPENBLAS_NUM_THREADS := 1
STAGE ?= dev
FN ?=
EVENT ?=
STACKS ?=
# Asks before rights become wider; `never` where somebody has approved the deployment already.
APPROVAL ?= broadening
# How many stacks are deployed at once. The CDK cannot ask while it deploys several.
CONCURRENCY := $(if $(filter never,$(APPROVAL)),4,1)
FROM :=
# Never from the environment, where many a desktop keeps the name of its own user.
USERNAME :=
export USERNAME
SECRET := signing-keys
REQUESTS :=
USERS :=
SPORT :=
GAMES :=
PLAYERS :=
TO :=
CHALLENGERS :=
# Never from the environment: which database a stage has is not for whoever's shell to say.
DATABASE :=
OPTIONS :=
PART :=
SLATES :=
FILTER :=
JOBS := 2
SEASON := generated
SPEED :=
TABLES :=
ODDS :=
WING :=
NAME :=
METHOD :=
export WING NAME METHOD ROUTE
PACKAGES := layers/common/pickvs cdk local functions tests bench tools app.py
LOCKS := requirements/uv.txt requirements/dev.txt requirements/clients.txt local/runtime.txt package-lock.json \
  tests/clients/package-lock.json
SOURCES := docs/openapi.json $(shell find app.py cdk functions layers -type f -not -name '*.pyc')

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/.ready: tools/setup.sh .python-version $(LOCKS)
	@tools/setup.sh
	@touch $@

.PHONY: setup
setup: .venv/.ready ## install the pinned tools into this folder

# A folder is called after the stage and, if it was asked for, the database: cdk.out/prod-aurora.
context = -c stage=$(word 1,$(1)) $(addprefix -c database=,$(word 2,$(1)))
WRITTEN = cdk.out/$(STAGE)$(addprefix -,$(DATABASE))

cdk.out/%/manifest.json: .venv/.ready cdk.json $(SOURCES)
	@cdk synth --ci --quiet $(call context,$(subst -, ,$*)) -o cdk.out/$* >/dev/null
	@touch $@

.PHONY: run
run: cdk.out/local/manifest.json ## serve the whole platform on this machine until Ctrl-C
	@exec python -m local run cdk.out/local

.PHONY: replay
replay: cdk.out/local/manifest.json ## play a season on fast-forward and check every pick: [SEASON=generated | SEASON=folder] [SPEED=86400] [OPTIONS="--seed 2"]
	@exec python -m local replay cdk.out/local "$(SEASON)" $(addprefix --speed ,$(SPEED)) $(OPTIONS)

.PHONY: replay-predictions
replay-predictions: cdk.out/local/manifest.json ## play a season of tables through box scores, forecasts and scores: TABLES=folder [SEASON=2024] [ODDS=recording] [OPTIONS="--days 20"]
	@exec python -m local replay-predictions cdk.out/local "$(or $(TABLES),$(error say where the tables are: TABLES=folder))" $(if $(filter generated,$(SEASON)),2024,"$(SEASON)") $(if $(ODDS),--odds "$(ODDS)") $(OPTIONS)

.PHONY: replay-fantasy
replay-fantasy: cdk.out/local/manifest.json ## play a season of races through drafts, points and boards: TABLES=folder [SEASON=2024] [OPTIONS="--leagues 10 --faults"]
	@exec python -m local replay-fantasy cdk.out/local "$(or $(TABLES),$(error say where the tables are: TABLES=folder))" $(if $(filter generated,$(SEASON)),2024,"$(SEASON)") $(OPTIONS)

.PHONY: invoke
invoke: .venv/.ready ## call a function of the running platform: FN=fetch_odds [EVENT=file.json]
	@exec python -m local invoke "$(FN)" $(if $(EVENT),--event "$(EVENT)")

.PHONY: bots
bots: .venv/.ready ## have three bots join a fantasy league of the running platform, and draft: LEAGUE=1 [CODE=4F7KA-9QXMB]
	@exec python -m local bots "$(LEAGUE)" $(if $(CODE),--code "$(CODE)")

.PHONY: rotate
rotate: .venv/.ready ## replace a secret of the running platform, in the steps that AWS does: SECRET=signing-keys
	@exec python -m local rotate "$(SECRET)"

.PHONY: admin
admin: .venv/.ready ## make a user of the running platform an administrator: USERNAME=ada
	@python -c 'import json, os; print(json.dumps({"command": "grant_role", "username": os.environ["USERNAME"], "role": "admin", "reason": "make admin"}))' \
	  | python -m local invoke operator --event /dev/stdin

.PHONY: test
# At the same time: mypy takes one processor for a minute or two.
test: .venv/.ready ## lint, types, contracts and every test; WING=picks: unit and integration tests of one
	@$(MAKE) --no-print-directory --jobs 2 $(if $(WING),,lint) tests

.PHONY: tests
# Some containers forbid bytecode: each of the hundreds of processes would compile anew whatever it imports.
tests: export PYTHONDONTWRITEBYTECODE :=
# Three workers on two cores: one of them mostly waits for the tour's game to end.
tests:
# A fresh checkout is compiled by one process, not by each worker anew. What cannot be collected, the next line shows.
	@[ -n "$(WING)" ] || [ -d tests/__pycache__ ] || pytest --collect-only -qq >/dev/null 2>&1 || true
# Tests start make themselves, and it would look for the jobs of this one.
	@MAKEFLAGS= pytest -n 3 --dist loadgroup $(if $(WING),$(or $(wildcard $(foreach kind,unit integration,tests/$(kind)/$(WING))),$(error no tests/unit/$(WING) and no tests/integration/$(WING))))

.PHONY: lint
lint: .venv/.ready ## ruff, mypy strict, the import contracts and what a migration may do
	@ruff check $(PACKAGES)
	@ruff format --check --quiet $(PACKAGES)
	@mypy
	@lint-imports
	@squawk --reporter gcc functions/migrate/versions/*.sql

.PHONY: format
format: .venv/.ready ## rewrite the code in the house style
	@ruff check --fix --quiet $(PACKAGES) || true
	@ruff format $(PACKAGES)

.PHONY: endpoint
endpoint: .venv/.ready ## make a new endpoint: WING=picks NAME=list_likes METHOD=GET PATH=/picks/likes
	@python -m tools.scaffold

.PHONY: openapi
openapi: .venv/.ready ## write docs/openapi.json from the endpoints
	@python -m tools.openapi

.PHONY: release-openapi
release-openapi: .venv/.ready ## make it the document that later changes are held to, as part of a release
	@python -m tools.openapi release

.PHONY: schema-facts
schema-facts: .venv/.ready ## write the lists of what the migrated database guards: tests/integration/schema
	@python -m tests.support.schema_facts

.PHONY: deployment-facts
deployment-facts: .venv/.ready ## write the lists of what the deployment allows and promises: tests/infra/written
	@python -m tests.infra.written_lists

.PHONY: certificates
certificates: .venv/.ready ## write the authorities of Amazon RDS from the pinned package that has them
	@python -m tools.certificates

.PHONY: bench
bench: .venv/.ready ## measure, print a table and write bench/results.json; PART=cold measures one part alone: [SLATES=folder, of lineups]
	@python -m bench $(PART) $(if $(SLATES),--slates "$(SLATES)")

.PHONY: backtest
backtest: .venv/.ready ## forecast past games from their past alone and say how good that was, in backtest.html: [GAMES=table.csv.gz] [PLAYERS=table.csv.gz | PLAYERS=none] [SPORT=basketball_nba] [FROM=2011] [TO=2023] [CHALLENGERS=none]
	@exec python -m tools.backtest $(addprefix --sport ,$(SPORT)) $(if $(GAMES),--games "$(GAMES)") $(if $(PLAYERS),--players "$(PLAYERS)") \
	  $(addprefix --from ,$(FROM)) $(addprefix --to ,$(TO)) $(addprefix --challengers ,$(CHALLENGERS)) $(OPTIONS)

.PHONY: fuzz
fuzz: .venv/.ready ## try odds and scores that contradict each other: [PAIRS=20000]
	@PICKVS_FUZZ_PAIRS=$(or $(PAIRS),20000) pytest -q -n 2 tests/integration/test_answers_that_contradict.py

.PHONY: fuzz-files
fuzz-files: .venv/.ready ## try damaged files of DFS sites: [FILES=100000]
	@PICKVS_FUZZ_FILES=$(or $(FILES),100000) pytest -q -n 2 tests/unit/dfs/files/test_damaged_files.py

.PHONY: mutants
mutants: .venv/.ready ## weaken each guard of tools/mutants in turn; a test must notice: FILTER=accounts/burst
	@python -m tools.mutants "$(FILTER)" --jobs $(JOBS)

.PHONY: synth
synth: .venv/.ready ## write the CloudFormation templates: STAGE=dev [DATABASE=aurora]
	@cdk synth --ci --quiet $(call context,$(STAGE) $(DATABASE)) -o $(WRITTEN) >/dev/null
	@echo "templates are in $(WRITTEN)"

.PHONY: cost
cost: $(WRITTEN)/manifest.json ## estimate a month's bill: STAGE=prod [DATABASE=aurora] [REQUESTS=1000000 | USERS=1000] [OPTIONS=--free-tier]
	@python -m tools.cost $(WRITTEN) $(addprefix --requests ,$(REQUESTS)) $(addprefix --users ,$(USERS)) $(OPTIONS)

.PHONY: diff
diff: .venv/.ready ## say what a deployment would change at AWS: STAGE=dev
	@cdk diff --ci --method template -c stage=$(STAGE) -o cdk.out/$(STAGE)

.PHONY: deploy
deploy: .venv/.ready ## deploy to AWS: STAGE=dev [STACKS=pickvs-dev-data] [APPROVAL=never]
	$(if $(DATABASE),$(error which database a stage has is written in cdk/config.py, so that no forgotten word replaces it))
	@rm -rf cdk.out/$(STAGE)
	@cdk deploy $(or $(STACKS),--all) --concurrency $(CONCURRENCY) --require-approval $(APPROVAL) -c stage=$(STAGE) -o cdk.out/$(STAGE)

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
	@rm -rf .venv .uv .runtime .clients node_modules tests/clients/node_modules cdk.out .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
