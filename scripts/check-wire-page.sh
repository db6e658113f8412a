#!/usr/bin/env bash
# Holds clients/README.md against the daemon: the bytes that it shows are those on the wire, and its example runs.
# With --write it puts the present bytes into the page. The daemon is GRANTD_BIN/grantd (default .build/debug).
set -euo pipefail
cd "$(dirname "$0")/.."
clients/python/environment.sh
python=.build/python/bin/python
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
: >"$work/ready"
"${GRANTD_BIN:-.build/debug}/grantd" serve --port 0 >>"$work/ready" 2>"$work/log" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do kill -0 $daemon || { cat "$work/log" >&2; exit 1; }; sleep 0.05; done
address=$(sed -n 's/^listening on //p' "$work/ready")

# Nothing but the generated messages and a socket, as the page says.
mapfile -t files < <(cd proto && find brpc grantd -name '*.proto')
"$python" -m grpc_tools.protoc --proto_path=proto --python_out="$work" "${files[@]}"
# Without the site: the package of the Python client, which is installed there, has the same messages.
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
PYTHONPATH=$work:$packages "$python" -S clients/minimal.py "$address" | tee "$work/answer"
grep -q '^ELIGIBLE' "$work/answer"
"$python" scripts/wire_page.py "$address" clients/README.md "$@"
