# Huying (呼应). Bare `make` explains itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

TOOLS         := $(CURDIR)/.tools/bin
GOFUMPT       := v0.12.0
GOLANGCI_LINT := v2.15.0
GITLEAKS      := v8.30.1
GOVULNCHECK   := v1.9.0
HELM          := v3.22.0
MINIO         := v0.0.0-20260212201848-7aac2a2c5b7c

LISTEN ?= 127.0.0.1:8080
DATA   ?= data/demo

# Where seeded reports are kept between measurements, and how many there are.
REPORTS ?= 10000
BENCH   ?= data/bench
SIZES   ?= 10000 100000 1000000

.PHONY: help demo walk build bench growth plans frontend frontend-check frontend-test e2e screens test test-all check gen migration tools clean fmt lint generated secrets vulnerable stop-services
.PHONY: restore-drill helm-test upgrade-test soak

help: ## this list
	@echo "Huying (呼应): make <target>"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "First steps: make demo, and in another terminal: make walk"

demo: build ## run the demo city (LISTEN=127.0.0.1:8080 DATA=data/demo)
	exec bin/huying demo --listen $(LISTEN) --data $(DATA)

walk: build ## walk one report through the running demo as five people
	bin/huying demo walk --url http://$(LISTEN)

build: frontend ## build the screens and compile bin/huying with them
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/huying ./cmd/huying

# The screens are built again when something they are made of changed; node_modules when the lock did.
SCREENS := $(shell git ls-files --cached --others --exclude-standard frontend/apps frontend/packages frontend/scripts frontend/*.json | grep -v '/test/')
MODULES := frontend/node_modules/.package-lock.json

frontend: frontend/dist/.built ## build the screens if their sources changed

$(MODULES): frontend/package-lock.json
	npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.built: $(MODULES) $(SCREENS)
	npm --prefix frontend run --silent build
	@touch $@

frontend-check: $(MODULES) frontend ## lint, types and budgets of the screens
	npm --prefix frontend run --silent lint
	npm --prefix frontend run --silent typecheck
	npm --prefix frontend run --silent budgets

frontend-test: $(MODULES) ## tests of what the screens share
	npm --prefix frontend run --silent test

bench: build ## measure against bare counterparts, on both engines (REPORTS=10000 BENCH=data/bench)
	.ci/measure $(REPORTS) $(BENCH) bench

growth: build ## how the lines (b) to (e) grow over sizes (SIZES="10000 100000 1000000" BENCH=data/bench)
	for n in $(SIZES); do .ci/measure $$n $(BENCH) growth || true; done
	bin/huying bench growth $(BENCH)/growth-*.json

plans: build ## record and judge the plans of the hot reads, on both engines (REPORTS=10000 BENCH=data/bench)
	.ci/measure $(REPORTS) $(BENCH) plans

test: frontend-test $(TOOLS)/minio-$(MINIO) ## all tests, both engines, both stores (about 20 minutes on two cores)
	.ci/test

test-all: $(TOOLS)/minio-$(MINIO) ## test, and the long ones: 200 kills, 30 s without a database, a minute's soak, fuzzing, browser, restore, upgrade, chart
	HUYING_TEST_LONG=1 .ci/test
	.ci/fuzz
	$(MAKE) e2e restore-drill upgrade-test helm-test

e2e: build ## walk through the running demo in a browser: journeys, keyboard, barriers
	.ci/e2e

screens: build ## take the pictures of docs/screens again
	HUYING_E2E_CONFIG=e2e/gallery.config.ts .ci/e2e

restore-drill: ## back up under load, destroy, restore, verify everything; five rounds
	HUYING_TEST_LONG=1 go test -count=1 -timeout 20m -run '^TestRestoreDrill$$' -v ./internal/app

soak: $(TOOLS)/minio-$(MINIO) ## 20 minutes of load while parts are replaced, killed and cut off (SOAK=20m)
	HUYING_TEST_SOAK=$(or $(SOAK),20m) go test -count=1 -timeout 2h -v ./internal/app/soak

upgrade-test: ## run the tests of the program before the newest schema on the newest schema (UPGRADE_FROM=commit)
	.ci/upgrade

helm-test: build $(TOOLS)/helm-$(HELM) ## lint, render and check the chart with every values file, and run what it renders
	cd deploy/charttest && HELM=$(TOOLS)/helm HUYING=$(CURDIR)/bin/huying go test -count=1 -v ./...

check: fmt lint secrets generated frontend-check vulnerable ## formatting, lint with the arrows, secrets, generated code in step, screens

gen: ## regenerate ent/db, the API description and its clients
	go generate ./...

migration: ## write the migration for a changed schema: make migration name=add_x
	@test -n "$(name)" || { echo "usage: make migration name=what_changes" >&2; exit 2; }
	go run ./internal/platform/testkit/withdb go run ./ent/migrations/generate -name "$(name)" -postgres DATABASE

tools: $(TOOLS)/gofumpt-$(GOFUMPT) $(TOOLS)/golangci-lint-$(GOLANGCI_LINT) $(TOOLS)/gitleaks-$(GITLEAKS) $(TOOLS)/govulncheck-$(GOVULNCHECK) $(TOOLS)/minio-$(MINIO) ## install the pinned tools into .tools/bin

clean: ## remove what was built, not the data
	rm -rf bin coverage frontend/dist/mobile frontend/dist/console frontend/dist/.built

fmt: $(TOOLS)/gofumpt-$(GOFUMPT)
	@bad=$$(git ls-files '*.go' | grep -v '^ent/db/' | xargs $(TOOLS)/gofumpt -l); \
	if [ -n "$$bad" ]; then echo "not formatted (run $(TOOLS)/gofumpt -w):"; echo "$$bad"; exit 1; fi

lint: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT)
	$(TOOLS)/golangci-lint run --allow-parallel-runners ./...

secrets: $(TOOLS)/gitleaks-$(GITLEAKS)
	$(TOOLS)/gitleaks git --no-banner --redact --log-level warn .

generated:
	.ci/generated

# The vulnerability database is on the network; where it cannot be reached the
# check says so and passes, because the code is not what is wrong.
vulnerable: $(TOOLS)/govulncheck-$(GOVULNCHECK)
	.ci/vulnerable $(TOOLS)/govulncheck

# A tool's file name carries its version, so raising a version installs it.
define tool
$(TOOLS)/$(1)-$($(2)):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) go install $(3)@$($(2))
	@rm -f $(TOOLS)/$(1)-*; ln -s $(1) $$@
endef
$(eval $(call tool,gofumpt,GOFUMPT,mvdan.cc/gofumpt))
$(eval $(call tool,golangci-lint,GOLANGCI_LINT,github.com/golangci/golangci-lint/v2/cmd/golangci-lint))
$(eval $(call tool,gitleaks,GITLEAKS,github.com/zricethezav/gitleaks/v8))
$(eval $(call tool,govulncheck,GOVULNCHECK,golang.org/x/vuln/cmd/govulncheck))
$(eval $(call tool,minio,MINIO,github.com/minio/minio))
$(eval $(call tool,helm,HELM,helm.sh/helm/v3/cmd/helm))
