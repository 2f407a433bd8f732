# What one can do here. Each target sets up what it needs; the prerequisites are in README.md.

CONFIGURATION ?= Release
OUT := out

.DEFAULT_GOAL := help
# Every target that says what it does is a command, not a file.
.PHONY: $(shell awk -F: '/^[a-z-]+:.*\#\# / { print $$1 }' Makefile)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then serve examples/quickstart with four small backends; Ctrl-C stops all of it. ARGS="--config FILE" serves another
	@$(OUT)/meridian quickstart $(ARGS)

build: ## build the executable out/meridian
	@scripts/build.sh "$(OUT)" "$(CONFIGURATION)"

release: ## build dist/meridian with its own .NET, all of it compiled ahead of time: starts fastest (four minutes, 170 MB)
	@scripts/release.sh dist

test: ## install what the tests need, build, run every test project and sum up
	@scripts/install-test-packages.sh
	@scripts/run-tests.sh "$(CONFIGURATION)"

differential: ## QUERIES=100000 SEED=: ask Meridian, NSD, Knot and BIND the same; the report is TestResults/differential.md
	@scripts/conformance.sh differential

fuzz: ## MINUTES=30 SEED=: hostile packets, zones, records, configurations; what fails becomes tests/regressions/…
	@scripts/conformance.sh fuzz

show-hardening: ## LINE=conformance|differential|fuzz|abuse|sessions|changes|scale (all without): what clients and attackers get, with figures
	@scripts/show/hardening.sh $(LINE)

show-update: build ## LINE=nsupdate|errors|certbot|lego|rate (all without): dynamic update with the clients that people use (two minutes)
	@scripts/show/update.sh $(LINE)

show-route53: build ## LINE=errors|pagination|sigv4|idempotency|policies|throughput|health|alias|sequences|clients (all without): the Route 53 API with real clients (sixteen minutes, root)
	@scripts/show/route53.sh $(LINE)

show-store: ## LINE=crash|trace|powercut|fulldisk|failsync|writers|throughput|import|backup (all without): that the change log loses nothing (root)
	@scripts/show/store.sh $(LINE)

soak: ## the long forms of what make test runs shortly: 500 crashes, thousands of power cuts, failing disks (fifteen minutes, root)
	@for line in crash powercut failsync fulldisk trace writers; do scripts/show/store.sh $$line || exit 1; done
	@scripts/show/steering.sh property

must-show: ## show with real clients what the server promises: steering, failover, explain, check, reloads (takes a few minutes)
	@scripts/must-show.sh

lab: build ## real caching resolvers in front of a server, a region that dies, and who moves when (ARGS="--ttl 60"); report lab.html
	@scripts/install-test-packages.sh
	@$(OUT)/meridian lab --html lab.html $(ARGS)

show-speed: ## PART=sockets|xdp|latency|allocation|load|start|flip|change|scaling|all: the aims of speed beside the peers (root; 20 minutes)
	@scripts/show/speed.sh $(or $(PART),all)

show-changes: build ## LINE=throughput|wire|million|guard|promql|rollback (all without): changes a second and on the wire, the guard and staged apply, returns under load (five minutes)
	@scripts/show/changes.sh $(LINE)

show-api: build ## LINE=openapi|access: clients of other languages, who may do what, throttling, nothing secret in logs (two minutes)
	@scripts/show/api.sh $(LINE)

show-steering: build ## LINE=nodes|property|geo|nanoseconds|lint|diff|past|distribution (all without): steering, line by line with figures
	@scripts/show/steering.sh $(LINE)

show-simulate: build ## LINE=speed|drift|fairness|herd|advice (all without): what the simulator promises (seven minutes)
	@scripts/show/simulate.sh $(LINE)

show-lab: build ## LINE=experiment|distance|scenarios|herd|change (all without): real caches, and the simulator beside them (twenty minutes, root)
	@scripts/install-test-packages.sh
	@scripts/show/lab.sh $(LINE)

show-propagation: build ## LINE=cost|what-if|propagation|drill|fairness (all without): the cost of observing, what-if against truth, the measured tail, a drill, weights met behind caches (root; half an hour)
	@scripts/install-test-packages.sh
	@scripts/show/propagation.sh $(LINE)

bench: bench-gate ## the micro benchmarks, and one short round against the peers (ten minutes)
	@dotnet bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll
	@ROUNDS=1 SECONDS_EACH=2 bench/peers.sh

bench-gate: ## fail when a part of the data plane allocates more than bench/allocations.json lists
	@dotnet build bench/Meridian.Benchmarks -c Release --nologo -v quiet -clp:NoSummary
	@dotnet bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll --gate

bench-peers: ## the comparison with gdnsd, NSD, Knot, PowerDNS and BIND (root; installs them from Debian)
	@bench/peers.sh

.PHONY: show-health
show-health: ## LINE=bench|death|loss|partition|restart|simulate|breaker|servers (all without): what the health checks promise, with figures (root)
	@scripts/show/health.sh $(LINE)

format: ## bring the code into the house style
	@dotnet format Meridian.slnx

check-format: ## fail when the code is not in the house style
	@dotnet format Meridian.slnx --verify-no-changes

clean: ## remove everything that was built
	@rm -rf "$(OUT)" artifacts TestResults
	@find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true
