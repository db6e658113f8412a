#!/usr/bin/env bash
# Builds protoc-gen-swift, of the swift-protobuf version that Package.swift names, and prints where it is.
# It is built in a package of its own below .build, so that it works while the project itself does not compile.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -nE 's|.*apple/swift-protobuf", from: "([0-9.]+)".*|\1|p' Package.swift)
scratch=$PWD/.build/protoc-gen-swift
mkdir -p "$scratch/Sources/Generator"
cat > "$scratch/Package.swift" <<MANIFEST
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "generator",
    dependencies: [.package(url: "https://github.com/apple/swift-protobuf", exact: "$version")],
    targets: [
        .target(name: "Generator", dependencies: [.product(name: "protoc-gen-swift", package: "swift-protobuf")])
    ]
)
MANIFEST
printf '// Here so that the package has a target.\n' > "$scratch/Sources/Generator/Generator.swift"
swift build --package-path "$scratch" --quiet >&2
echo "$(swift build --package-path "$scratch" --show-bin-path)/protoc-gen-swift"
