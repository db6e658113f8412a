# `make run`: the daemon, answering. `make test`: every test. Both install the Debian packages that they need.
SHELL := /bin/bash
SWIFT_FLAGS ?=
PREFIX ?= /usr/local
DESTDIR ?=
# Everything that can be built in, as scripts/build-debug.sh has it.
TRAITS := --traits GRPC,PostgreSQL

.PHONY: help run test build install deb bench bench-hostile bench-clients size check format generate fuzz clean dependencies

help:
	@echo 'make run       build grantd, start it, put three questions to it and tell the address of its pages'
	@echo 'make test      run every test, with stock gRPC and with PostgreSQL built in'
	@echo 'make install   build grantd and grantctl and put them into $$(DESTDIR)$$(PREFIX)/bin (PREFIX=$(PREFIX))'
	@echo 'make deb       make a Debian package of both programs, and print its path'
	@echo 'make bench     measure beside echo servers, hand-written C, C++ protobuf and gRPC C++ (ROWS, PEERS)'
	@echo 'make bench-hostile  attack the daemon and print what a bystander sees of it'
	@echo 'make bench-clients  measure the clients in other languages beside `grantctl bench`'
	@echo 'make size      print what each library adds to the programs'
	@echo 'make check     what CI runs beside the tests: generated code, format, headers, allocations, instructions'
	@echo 'make generate  remake the contract from the programmes, and the generated code from proto/'
	@echo 'make format    format the Swift sources'
	@echo 'make fuzz      run the fuzzers (SECONDS_EACH=1800)'

dependencies:
	@scripts/install-dependencies.sh

build: dependencies
	@SWIFT_FLAGS='$(SWIFT_FLAGS)' scripts/build-release.sh grantd grantctl

# The release build prints its folder; what stands in it needs libprotobuf-c1, libyaml-0-2, libsqlite3-0, libsnappy1v5 and libnettle8 (zlib1g is on every Debian) and no Swift.
install: dependencies
	@set -e; bin=$$(SWIFT_FLAGS='$(SWIFT_FLAGS)' scripts/build-release.sh grantd grantctl); \
	install -d '$(DESTDIR)$(PREFIX)/bin'; \
	install -m 755 "$$bin/grantd" "$$bin/grantctl" '$(DESTDIR)$(PREFIX)/bin'

deb: dependencies
	@scripts/build-deb.sh

run: build
	@scripts/run.sh

test: dependencies
	@scripts/install-dependencies.sh libpq-dev postgresql
	swift test --no-parallel $(TRAITS) $(SWIFT_FLAGS)

bench: dependencies
	@scripts/bench.sh $(ROWS)

bench-hostile: dependencies
	@scripts/bench-hostile.sh

bench-clients: dependencies
	@scripts/bench-clients.sh

size: dependencies
	@scripts/size.sh

check: dependencies
	@scripts/check.sh

generate: dependencies
	scripts/generate-contract.sh
	@scripts/generate-protos.sh

format:
	swift format format --in-place --parallel $$(scripts/list-sources.sh)

fuzz: dependencies
	@scripts/fuzz.sh

clean:
	swift package clean
