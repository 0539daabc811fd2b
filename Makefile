# Điểm Tựa. `make serve` and `make test` are all one needs; the rest are parts of them.
# Passed through to the service: PORT (8000), DIEMTUA_HOME (.data), DATABASE_URL, MIGRATION_DATABASE_URL.

SHELL := /bin/sh
PYTHON ?= python3
PYTEST_FLAGS ?=
BIN := .venv/bin
CODE := api cli documents domain files persistence reference migrations scripts benchmarks tests

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve test check openapi release bench prove bootstrap tools lint types contracts unit tests

# $(call step,what it does,command): says what it does, then how it ended and how long it took.
define step
@printf '\n==> %s\n' "$(1)"; began=$$(date +%s); $(2); code=$$?; took=$$(( $$(date +%s) - began )); \
if [ $$code -eq 0 ]; then printf '    done in %s s\n' "$$took"; else printf '    FAILED after %s s: %s\n' "$$took" "$(1)"; fi; \
exit $$code
endef

help: ## this list
	@printf 'Điểm Tựa\n\n'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'
	@printf '\nVariables: PORT=8000 DIEMTUA_HOME=.data PYTEST_FLAGS="-k name" PYTHON=python3\n'

serve: bootstrap ## start everything and print the addresses and the demo sign-ins (Ctrl-C stops it)
	@exec $(BIN)/diemtua serve

test: tools lint types contracts tests ## everything that must hold: style, types, contracts, all tests

check: tools lint types contracts unit ## the fast part of `make test`, for while you write

openapi: bootstrap ## write openapi.yaml from the code
	$(call step,openapi.yaml from the code,$(BIN)/diemtua openapi)

release: openapi ## the contract as it stands becomes the one that nothing may be taken from
	$(call step,released contract,cp openapi.yaml api/graphql/schema.graphql tests/contract/released/)

bench: tools ## measure against the limit server and print where the time goes
	$(call step,benchmarks,$(BIN)/python -m benchmarks)

prove: tools ## the figures of the safety page at full size (long)
	$(call step,proofs at full size,DIEMTUA_PROVE=1 $(BIN)/pytest -n 2 --dist loadgroup tests --ignore tests/stops $(PYTEST_FLAGS))
	$(call step,the database stopped at once,DIEMTUA_PROVE=1 $(BIN)/pytest tests/stops $(PYTEST_FLAGS))

bootstrap:
	@$(PYTHON) scripts/bootstrap.py

tools:
	@$(PYTHON) scripts/bootstrap.py --tools

lint:
	$(call step,style: ruff,$(BIN)/ruff check $(CODE) && $(BIN)/ruff format --check --quiet $(CODE))

types:
	$(call step,types: mypy,$(BIN)/mypy)

contracts:
	$(call step,contracts between the rooms: import-linter,$(BIN)/lint-imports --no-cache)

unit:
	$(call step,unit tests: domain and architecture,$(BIN)/pytest tests/domain tests/architecture $(PYTEST_FLAGS))

tests:
	$(call step,tests on two processes,$(BIN)/pytest -n 2 --dist loadgroup tests $(PYTEST_FLAGS))
