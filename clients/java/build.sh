#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds the client and its tests with protoc and javac alone, below .build/java:
#   grantd-client.jar           the library: generated and hand-written code
#   grantd-client-sources.jar   the same, for a debugger
#   tests/                      unit tests, the conformance program, the bench
# Prints the class path that runs the latter. Hand-written code is compiled with every warning an error.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
build=$root/.build/java
jars=/usr/share/java

# Debian 12: default-jdk-headless libprotobuf-java protobuf-compiler; for the tests junit5 libgoogle-gson-java libguava-java.
library=$jars/protobuf-3.21.12.jar
tests=$jars/protobuf-util-3.21.12.jar:$jars/gson.jar:$jars/guava.jar
tests=$tests:$jars/junit-jupiter-api.jar:$jars/junit-jupiter-engine.jar:$jars/junit-jupiter-params.jar
tests=$tests:$jars/junit-platform-commons.jar:$jars/junit-platform-engine.jar:$jars/junit-platform-launcher.jar
tests=$tests:$jars/junit-platform-console.jar:$jars/junit-platform-reporting.jar:$jars/opentest4j.jar
tests=$tests:$jars/opentest4j-reporting-events.jar:$jars/apiguardian-api.jar:$jars/picocli.jar
[ -f "$library" ] || { echo "clients/java/build.sh: no $library; install libprotobuf-java 3.21.12" >&2; exit 1; }

strict=(--release 17 -encoding UTF-8 -proc:none -Xlint:all,-path -Werror)
mkdir -p "$build"

# The generated code changes seldom and is large: it is made and compiled again only where the contract differs.
sum=$(cat make-sources.sh <(cd "$root/proto" && find . -name '*.proto' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum)
if [ "$(cat "$build/generated.sum" 2>/dev/null)" != "$sum" ]; then
    rm -rf "$build/generated"
    mkdir -p "$build/generated"
    ./make-sources.sh "$build/generated-sources"
    find "$build/generated-sources" -name '*.java' > "$build/generated.files"
    javac --release 17 -encoding UTF-8 -proc:none -nowarn -Xlint:none -XDsuppressNotes -cp "$library" -d "$build/generated" "@$build/generated.files" >&2
    echo "$sum" > "$build/generated.sum"
fi

rm -rf "$build/main" "$build/tests"
mkdir -p "$build/main" "$build/tests"
find src/main/java -name '*.java' > "$build/main.files"
javac "${strict[@]}" -Xdoclint:all/protected -cp "$build/generated:$library" -d "$build/main" "@$build/main.files" >&2
jar --create --file "$build/grantd-client.jar" -C "$build/generated" . -C "$build/main" .
jar --create --file "$build/grantd-client-sources.jar" -C "$build/generated-sources" . -C src/main/java .

if [ -d src/test/java ]; then
    find src/test/java -name '*.java' > "$build/tests.files"
    javac "${strict[@]}" -cp "$build/grantd-client.jar:$library:$tests" -d "$build/tests" "@$build/tests.files" >&2
fi
echo "$build/tests:$build/grantd-client.jar:$library:$tests"
