# What one can do here. Each target sets up what it needs; the prerequisites are in README.md.

CONFIGURATION ?= Release
OUT := out

.DEFAULT_GOAL := help
.PHONY: help run build test must-show format check-format clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then serve examples/quickstart with four small backends; Ctrl-C stops all of it. ARGS="--config FILE" serves another
	@$(OUT)/meridian quickstart $(ARGS)

build: ## build the executable out/meridian
	@scripts/build.sh "$(OUT)" "$(CONFIGURATION)"

test: ## install what the tests need, build, run every test project and sum up
	@scripts/install-test-packages.sh
	@scripts/run-tests.sh "$(CONFIGURATION)"

must-show: ## show with real clients what the server promises: steering, failover, explain, check, reloads (takes a few minutes)
	@scripts/must-show.sh

format: ## bring the code into the house style
	@dotnet format Meridian.slnx

check-format: ## fail when the code is not in the house style
	@dotnet format Meridian.slnx --verify-no-changes

clean: ## remove everything that was built
	@rm -rf "$(OUT)" artifacts TestResults
	@find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true
