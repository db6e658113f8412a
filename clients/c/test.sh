#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds the C client with warnings as errors, runs its tests plainly, under valgrind, and with the address, undefined-behaviour and
# thread sanitizers, installs it and builds the examples against what was installed, and runs the conformance vectors against the
# daemon at $GRANTD_ADDRESS; where that is unset, against one that it starts from $GRANTD_BIN/grantd (.build/debug/grantd).
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
scripts/install-dependencies.sh gcc g++ make pkg-config libprotobuf-c-dev protobuf-c-compiler libcmocka-dev valgrind libssl-dev
export GRANTD_BIN=${GRANTD_BIN:-$root/.build/debug}
vectors=("$root"/clients/conformance/{vectors,sequences}.binpb)
build=$root/.build/clients-c
mkdir -p "$build/tmp"
export TMPDIR=$build/tmp

daemon=
trap '[ -z "$daemon" ] || kill "$daemon"' EXIT
if [ -z "${GRANTD_ADDRESS:-}" ]; then
    # What a run before has left must not be read for this one's.
    : > "$build/tmp/listening"
    "$GRANTD_BIN/grantd" serve --port 0 > "$build/tmp/listening" 2> "$build/tmp/daemon.log" &
    daemon=$!
    for _ in $(seq 200); do
        GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$build/tmp/listening")
        [ -z "$GRANTD_ADDRESS" ] || break
        sleep 0.1
    done
    [ -n "$GRANTD_ADDRESS" ] || { echo "test: $GRANTD_BIN/grantd does not start" >&2; exit 1; }
fi
export GRANTD_ADDRESS

step() { echo "== $*"; }
programs() { # build folder, what runs a program…
    local folder=$1 test
    shift
    for test in values calls replies process score awards peers silence answers addresses tls live; do "$@" "$folder/tests/test_$test"; done
    "$@" "$folder/conformance/conformance" "$GRANTD_ADDRESS" "${vectors[@]}"
}
build() { make -C clients/c --no-print-directory -s -j2 BUILD="$@" programs; }

step plain
build "$build/plain"
programs "$build/plain"

step valgrind
programs "$build/plain" valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all \
    --errors-for-leak-kinds=all

step sanitizers: address, undefined
build "$build/address" SANITIZE=address,undefined
ASAN_OPTIONS=detect_leaks=1 programs "$build/address"

step sanitizer: thread
build "$build/thread" SANITIZE=thread
TSAN_OPTIONS=halt_on_error=1 programs "$build/thread"

step without TLS
build "$build/bare" TLS=0
for test in values calls; do "$build/bare/tests/test_$test"; done
! ldd "$build"/bare/libgrantd-client.so.* | grep -E 'libssl|libcrypto' || { echo "test: a build without TLS needs OpenSSL" >&2; exit 1; }

step install
prefix=$build/installed
rm -rf "$prefix" "$build/staged"
make -C clients/c --no-print-directory -s BUILD="$build/plain" PREFIX="$prefix" install
make -C clients/c --no-print-directory -s BUILD="$build/plain" PREFIX=/usr DESTDIR="$build/staged" install
grep -q '^prefix=/usr$' "$build/staged/usr/lib/pkgconfig/grantd-client.pc"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
grep -qx "#define GRANTD_VERSION \"$(pkg-config --modversion grantd-client)\"" "$prefix/include/grantd-client/grantd/version.h"
for example in evaluate poll; do
    # shellcheck disable=SC2046 # the words are pkg-config's
    cc -std=c11 -Wall -Wextra -Werror $(pkg-config --cflags grantd-client) "clients/c/examples/$example.c" \
        -o "$build/tmp/$example" $(pkg-config --libs grantd-client)
    LD_LIBRARY_PATH=$prefix/lib "$build/tmp/$example"
    # shellcheck disable=SC2046
    cc -std=c11 $(pkg-config --cflags grantd-client) "clients/c/examples/$example.c" -o "$build/tmp/$example-static" \
        "$prefix/lib/libgrantd-client.a" $(pkg-config --libs --static libprotobuf-c) $(pkg-config --libs libssl libcrypto) -pthread
    "$build/tmp/$example-static" > /dev/null
done
# shellcheck disable=SC2046
echo '#include <grantd/client.h>' | g++ -x c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only \
    $(pkg-config --cflags grantd-client) -
hidden=$(nm -D --defined-only "$prefix/lib/libgrantd-client.so" | awk '{ print $3 }' | grep -v -e '^grantd_' -e '^grpc__' || true)
[ -z "$hidden" ] || { echo "test: the shared library shows what is not its own: $hidden" >&2; exit 1; }

echo "clients/c: all tests passed"
