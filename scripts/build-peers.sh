#!/usr/bin/env bash
# Builds the peers of the benchmark (Tests/Peers) and prints the folder they are in. What cannot be built is left out with a
# word; with --all that is an error. With --http: those that speak HTTP instead (scripts/bench-http.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.build/peers

build() { # GROUP PACKAGE…
    local group=$1
    shift
    scripts/install-dependencies.sh "$@" && make -s -j "$(nproc)" -C Tests/Peers OUT="$folder" "$group"
}

hummingbird() {
    local flags=(-c release --package-path Tests/Peers/HummingbirdPeer --scratch-path .build/hummingbird
        --static-swift-stdlib -Xswiftc -use-ld=lld)
    swift build "${flags[@]}" && cp "$(swift build "${flags[@]}" --show-bin-path)/hummingbird_server" "$folder"
}

openfisca() {
    [ -x "$folder/openfisca/bin/gunicorn" ] && return
    scripts/install-dependencies.sh python3-venv && python3 -m venv "$folder/openfisca" \
        && "$folder/openfisca/bin/pip" install --quiet --disable-pip-version-check \
            'openfisca-core[web-api]==46.0.1' 'openfisca-country-template==8.2.0'
}

packages=(g++ make pkg-config)
build hand "${packages[@]}" >&2
if [ "${1:-}" = --http ]; then
    hummingbird >&2 || missing="Hummingbird, "
    openfisca >&2 || missing="${missing:-}OpenFisca, "
else
    packages+=(protobuf-compiler libprotobuf-dev)
    build protobuf "${packages[@]}" >&2 || missing="epoll + C++ protobuf, "
    packages+=(libgrpc++-dev protobuf-compiler-grpc)
    build grpc "${packages[@]}" >&2 || missing="${missing:-}gRPC C++, "
fi
if [ -n "${missing:-}" ]; then
    echo "build-peers: ${missing}cannot be built here" >&2
    [ "${1:-}" != --all ] || exit 1
fi
echo "$folder"
