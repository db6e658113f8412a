# `make run`: the daemon, answering. `make test`: every test. Both install the Debian packages that they need.
SHELL := /bin/bash
SWIFT_FLAGS ?=

.PHONY: help run test build bench check format generate fuzz clean dependencies

help:
	@echo 'make run       build grantd, start it on 127.0.0.1:7843 and put three questions to it'
	@echo 'make test      run every test'
	@echo 'make bench     measure against a plain echo server and print the table'
	@echo 'make check     what CI runs beside the tests: generated code, format, headers, allocations, instructions'
	@echo 'make generate  remake the generated code from proto/'
	@echo 'make format    format the Swift sources'
	@echo 'make fuzz      run the fuzzers (SECONDS_EACH=1800)'

dependencies:
	@scripts/install-dependencies.sh

build: dependencies
	swift build -c release --product grantd $(SWIFT_FLAGS)
	swift build -c release --product grantctl $(SWIFT_FLAGS)

run: build
	@scripts/run.sh

test: dependencies
	swift test --no-parallel $(SWIFT_FLAGS)

bench: dependencies
	@scripts/bench.sh

check: dependencies
	@scripts/check.sh

generate: dependencies
	@scripts/generate-protos.sh

format:
	swift format format --in-place --parallel $$(scripts/list-sources.sh)

fuzz: dependencies
	@scripts/fuzz.sh

clean:
	swift package clean
