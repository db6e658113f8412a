#!/usr/bin/env bash
# Builds the peers of the benchmark (Tests/Peers) and prints the folder they are in. What cannot be built is left out with a
# word; with --all that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.build/peers

build() { # GROUP PACKAGE…
    local group=$1
    shift
    scripts/install-dependencies.sh "$@" && make -s -j "$(nproc)" -C Tests/Peers OUT="$folder" "$group"
}

packages=(g++ make pkg-config)
build hand "${packages[@]}" >&2
packages+=(protobuf-compiler libprotobuf-dev)
build protobuf "${packages[@]}" >&2 || missing="epoll + C++ protobuf, "
packages+=(libgrpc++-dev protobuf-compiler-grpc)
build grpc "${packages[@]}" >&2 || missing="${missing:-}gRPC C++, "
if [ -n "${missing:-}" ]; then
    echo "build-peers: ${missing}cannot be built here" >&2
    [ "${1:-}" != --all ] || exit 1
fi
echo "$folder"
