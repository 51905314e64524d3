# `make` alone lists the targets. Each is safe to repeat, and quick if it is done already.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Flags for the gateway: make run ARGS='--http-port 9000'
ARGS ?=

# The commit that `order-gateway --version` names (see Package.swift); a tarball has none.
commit := $(if $(wildcard .git),$(shell git describe --always --abbrev=40 --exclude='*' --dirty))
export ORDER_GATEWAY_COMMIT := $(or $(ORDER_GATEWAY_COMMIT),$(commit))

# The walls between modules: an import of a module that the target does not name is an error.
walls := --explicit-target-dependency-import-check error

# What the tests use from PyPI, in a virtual environment.
requirements := Tests/requirements.txt
venv := .build/venv

# A folder of Apache Kafka, with libs/*.jar: make test-kafka KAFKA_HOME=…
KAFKA_HOME ?=
# A current librdkafka, used instead of Debian's.
current_librdkafka := .build/librdkafka
# The tests of the program that `make test-kafka` leaves out: they need no broker of their own.
brokerless := [.](Dev|Command|Completions|NearestName|Linkage|Client|Listening|Schema|AsyncAPI|EarlyStop|Signal|ForeignEvent|Version|OpenAPI)

# The tests of the program that take the whole machine for seconds: a browser, a Prometheus, a load, a thousand
# streams. They run one after another when the others are done, which wait only so long for a busy machine.
greedy := ^order_gatewayTests[.](Page|Prometheus|Sums|EventStream|Tracing)

# How many tests run at once. Many hold threads that block, of which a process has only some hundred.
abreast := --experimental-maximum-parallelization-width 32

.PHONY: help
help: ## Maintain: List the targets
	@for group in 'Build and run' Test Measure Maintain; do \
	    echo "$$group:"; \
	    sed -nE "s/^([a-z-]+):.*## $$group: (.*)/\\1 \\2/p" $(MAKEFILE_LIST) \
	        | while read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done; \
	done

.PHONY: run
run: deps ## Build and run: Install what is missing, build for release, run `order-gateway dev $(ARGS)`
	@swift build -c release --product order-gateway $(walls)
	@exec "$$(swift build -c release --show-bin-path)/order-gateway" dev $(ARGS)

.PHONY: build
build: deps ## Build and run: Build everything for debugging, tests included
	@swift build --build-tests $(walls)

# Under a minute once everything is built. The tests that it leaves out start a broker or the program.
.PHONY: check
check: test-deps lint build ## Test: Check format, build, and the tests that need no broker
	@$(call tested,$(abreast) --skip '^(KafkaTests|order_gatewayTests)[.]')

.PHONY: test
test: test-deps lint build ## Test: Install what the tests need, run everything
	@packages=$$(swift package show-dependencies --format flatlist | sort); \
	if [ -n "$$packages" ]; then \
	    echo "Package.swift takes packages from outside: $$packages" >&2; \
	    exit 1; \
	fi
	@$(call tested,$(abreast) --skip '$(greedy)')
	@$(call tested,--no-parallel --filter '$(greedy)')
	@[ -n "$(KAFKA_HOME)" ] \
	    || echo 'The tests on Apache Kafka were left out: make test-kafka KAFKA_HOME=… runs them.'

# One test after another, so that each has the Java machine to itself.
.PHONY: test-kafka
test-kafka: kafka-home kafka-deps build ## Test: Run the tests that start the program on the Apache Kafka in KAFKA_HOME
	@export END_TO_END_BROKER=kafka KAFKA_HOME="$$(realpath "$(KAFKA_HOME)")"; \
	echo "With librdkafka $$(pkg-config --modversion rdkafka):"; \
	($(call tested,--no-parallel --filter '^order_gatewayTests[.]|ApacheKafka' \
	    --skip '$(brokerless)')); \
	echo 'With the librdkafka of $(shell grep confluent-kafka $(requirements)):'; \
	export LD_LIBRARY_PATH="$$PWD/$(current_librdkafka)"; \
	($(call tested,--no-parallel \
	    --filter '^KafkaTests[.]|^order_gatewayTests[.](Serve|Outage|Crash|Saga|Platform)'))

.PHONY: kafka-home
kafka-home:
	@$(if $(wildcard $(KAFKA_HOME)/libs/kafka-clients-*.jar),,\
	    $(error KAFKA_HOME has to name a folder of Apache Kafka, with libs/*.jar: make test-kafka KAFKA_HOME=…))

.PHONY: deps
deps: ## Maintain: Install the libraries to build with (Debian, Ubuntu)
	@command -v swift >/dev/null \
	    || { echo 'Swift 6.3 is needed first: https://www.swift.org/install' >&2; exit 1; }
	@$(needs); \
	need pkg-config command -v pkg-config; \
	need libcurl4-openssl-dev pkg-config --exists libcurl; \
	need libnghttp2-dev pkg-config --exists libnghttp2; \
	need librdkafka-dev pkg-config --exists 'rdkafka >= 2.0'; \
	need libsqlite3-dev pkg-config --exists sqlite3; \
	need zlib1g-dev pkg-config --exists zlib; \
	install_missing

.PHONY: test-deps
test-deps: deps ## Maintain: Install what the tests use besides
	@$(needs); \
	for tool in ab:apache2-utils chromedriver:chromium-driver chromium curl fish h2load:nghttp2-client kcat \
	    prometheus promtool:prometheus ps:procps readelf:binutils setpriv:util-linux sqlite3 wrk zsh; do \
	    need "$${tool#*:}" command -v "$${tool%:*}"; \
	done; \
	need python3-venv python3 -c 'import ensurepip, venv'; \
	install_missing
	@cmp --quiet $(requirements) $(venv)/requirements.txt || { \
	    rm -rf $(venv); \
	    python3 -m venv $(venv); \
	    $(venv)/bin/pip install --quiet --disable-pip-version-check \
	        --requirement $(requirements); \
	    chmod +x $(venv)/lib/python3*/site-packages/noida_db/noida-db; \
	    cp $(requirements) $(venv)/requirements.txt; \
	}

# Both files are in the repository, so that a build needs no Python. A test compares them.
.PHONY: openapi
openapi: test-deps ## Maintain: Write openapi.json anew, from openapi.yaml
	@$(venv)/bin/python Tests/Contract/openapi.py openapi.yaml >openapi.json

# The library in PyPI's confluent-kafka, under the name that our programs look for.
.PHONY: kafka-deps
kafka-deps: test-deps
	@$(needs); \
	need openjdk-17-jre-headless command -v java; \
	need openssl command -v openssl; \
	install_missing
	@mkdir -p $(current_librdkafka)
	@cp $(venv)/lib/python3*/site-packages/confluent_kafka.libs/librdkafka-*.so.1 \
	    $(current_librdkafka)/librdkafka.so.1

# KAFKA_HOME is as in `make test-kafka`; RUST_PEER and GO_PEER are programs that are run as `PEER PORT BROKERS TOPIC`.
# What is absent is left out, with a line that says so. With QUICK it takes some seven minutes once everything is built.
QUICK ?=
.PHONY: bench
bench: deps ## Measure: Measure the gateway beside its peers; QUICK=1 for less, PARTS=kafka,GET for some
	@$(needs); \
	for tool in gcc h2load:nghttp2-client nghttpd:nghttp2-server perf:linux-perf wrk \
	    $(if $(KAFKA_HOME),java:openjdk-17-jre-headless); do \
	    need "$${tool#*:}" command -v "$${tool%:*}"; \
	done; \
	need nginx-light test -x /usr/sbin/nginx; \
	need python3-venv python3 -c 'import ensurepip, venv'; \
	install_missing || echo 'What is missing is left out.' >&2
	@swift build -c release --product order-gateway $(walls)
	@bash Benchmarks/peers/peers.sh setup
	@.build/peers/venv/bin/python Benchmarks/bench $(if $(QUICK),--quick) \
	    $(if $(PARTS),--parts $(PARTS)) --peers "$$(bash Benchmarks/peers/peers.sh available)" \
	    --gateway "$$(swift build -c release --show-bin-path)/order-gateway"

.PHONY: plots
plots: ## Measure: Write the tables of docs/performance.md and draw Benchmarks/plots anew, from the last `make bench`
	@mkdir -p Benchmarks/plots
	@.build/peers/venv/bin/python Benchmarks/bench --plot-only .build/bench/bench.json \
	    --output Benchmarks/plots --page docs/performance.md

# It fails on counts, which are the same on every machine. Times are only printed. The program has no debug
# information, because not every valgrind can read it.
.PHONY: micro
micro: deps ## Measure: Count instructions and allocations of requests and events; fail on more than allowed
	@$(needs); \
	need valgrind command -v valgrind; \
	install_missing
	@MICRO=1 swift build -c release --scratch-path .build/micro --product micro-benchmarks \
	    -Xswiftc -enable-testing -Xlinker --strip-debug
	@.build/micro/release/micro-benchmarks

# What a fuzzer finds is written to .build. It belongs into the corpus when the fault is corrected.
SECONDS ?= 60
.PHONY: fuzz
fuzz: deps ## Test: Run each fuzzer for SECONDS, 60 unless told
	@FUZZ=1 swift build --scratch-path .build/fuzz --product fuzz \
	    -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing -Xswiftc -O
	@for target in Tests/FuzzTests/Corpus/*; do \
	    name=$$(basename $$target); \
	    found=.build/fuzz/$$name; \
	    mkdir -p $$found; \
	    echo "$$name:"; \
	    .build/fuzz/debug/fuzz $$name -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 \
	        -artifact_prefix=$$found- -print_final_stats=1 -verbosity=0 $$found $$target \
	        2>&1 | tee $$found.log | grep --extended-regexp 'executed_units|ERROR|SUMMARY' || true; \
	    ! grep --quiet 'ERROR' $$found.log; \
	done

# One test after another: under a sanitizer they are too slow to share the cores.
.PHONY: asan
asan: test-deps ## Test: Run the tests under AddressSanitizer
	@$(call sanitized,address)

.PHONY: tsan
tsan: test-deps ## Test: Run the tests under ThreadSanitizer
	@mkdir -p .build/thread
	@"$$(dirname "$$(realpath "$$(command -v swift)")")/clang" -shared -fPIC -O -Wall -Werror \
	    -o .build/thread/preload.so Tests/Sanitizers/ThreadSanitizer.c
	@$(call sanitized,thread,LD_PRELOAD="$$PWD/.build/thread/preload.so")

.PHONY: format
format: ## Maintain: Format all Swift files
	@swift format --in-place --parallel --recursive Sources Tests Benchmarks/Micro Package.swift

.PHONY: lint
lint: ## Maintain: Check the format and the style rules
	@swift format lint --strict --parallel --recursive Sources Tests Benchmarks/Micro Package.swift

.PHONY: clean
clean: ## Maintain: Remove everything that was built
	@rm -rf .build

# tested FLAGS: runs tests. It also fails if they leave a process behind.
tested = export NOIDA_DB="$$PWD/$(venv)/bin/noida-db"; \
    export TEST_PYTHON="$$PWD/$(venv)/bin/python"; \
    export ORDER_GATEWAY_BINARY="$$(swift build --show-bin-path)/order-gateway"; \
    mark="ORDER_GATEWAY_TEST_RUN=$$$$-$$(date +%s%N)"; \
    result=0; env "$$mark" swift test --skip-build --disable-xctest $(1) || result=$$?; \
    left() { grep --files-with-matches --text --no-messages -- "$$mark" /proc/[0-9]*/environ \
        | cut --delimiter=/ --fields=3; }; \
    for _ in {1..50}; do pids=$$(left || true); [ -n "$$pids" ] || break; sleep 0.1; done; \
    if [ -n "$$pids" ]; then \
        echo 'The tests left these processes behind:' >&2; \
        ps --format pid,etime,args --pid "$$(echo $$pids | tr ' ' ',')" >&2; \
        kill -KILL $$pids; \
        exit 1; \
    fi; \
    [ $$result = 0 ] || exit $$result

# sanitized NAME VARIABLES: runs the tests with a sanitizer, which writes its findings to files.
sanitized = folder=.build/$(1); \
    swift build --build-tests --sanitize=$(1) --scratch-path $$folder; \
    rm -f $$folder/report.*; \
    export NOIDA_DB="$$PWD/$(venv)/bin/noida-db" TEST_PYTHON="$$PWD/$(venv)/bin/python"; \
    export ORDER_GATEWAY_BINARY="$$PWD/$$folder/debug/order-gateway"; \
    export ASAN_OPTIONS="log_path=$$PWD/$$folder/report detect_leaks=0"; \
    export TSAN_OPTIONS="log_path=$$PWD/$$folder/report exitcode=0"; \
    result=0; \
    env $(2) $$folder/debug/order-gatewayPackageTests.xctest --testing-library swift-testing \
        --no-parallel || result=$$?; \
    if compgen -G "$$folder/report.*" >/dev/null; then cat $$folder/report.* >&2; exit 1; fi; \
    exit $$result

# need PACKAGE CHECK…: notes a Debian package if its check fails. install_missing installs what was noted. If
# nothing is missing, it asks no package server.
define needs
missing=; \
need() { local package=$$1; shift; "$$@" >/dev/null 2>&1 || missing+=" $$package"; }; \
install_missing() { \
    [ -n "$$missing" ] || return 0; \
    if ! command -v apt-get >/dev/null; then \
        echo "Missing:$$missing. This is what Debian and Ubuntu call them;" \
            'without apt-get here, please install their like by hand.' >&2; \
        return 1; \
    fi; \
    local sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
    echo "Installing$$missing"; \
    $$sudo apt-get update --quiet=2; \
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install \
        --yes --quiet=2 --option Dpkg::Use-Pty=0 --no-install-recommends $$missing; \
}
endef
