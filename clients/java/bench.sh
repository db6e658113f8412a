#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Measures the client against a running daemon: bench.sh [HOST:PORT] [SECONDS A ROW]; GRANTD_ADDRESS or 127.0.0.1:7843,
# 3 seconds. The request is that of `grantctl bench`.
set -euo pipefail
classes=$("$(dirname "$0")/build.sh")
exec java -cp "$classes" grantd.bench.Bench "$@"
