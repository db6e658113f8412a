#!/usr/bin/env bash
# Starts the daemon with its built-in policies, puts the questions of examples/questions to it, and leaves it running.
set -euo pipefail
cd "$(dirname "$0")/.."
address=${GRANTD_ADDRESS:-127.0.0.1:7843}
bin=$(scripts/build-release.sh)
ready=$(mktemp)

"$bin/grantd" serve --host "${address%:*}" --port "${address##*:}" >"$ready" &
daemon=$!
trap 'kill -TERM $daemon 2>/dev/null; wait $daemon 2>/dev/null; rm -f "$ready"' EXIT
trap 'exit 0' INT TERM
until grep -q '^listening on ' "$ready"; do
    kill -0 $daemon 2>/dev/null || { wait $daemon; exit $?; }
    sleep 0.05
done
cat "$ready"

for question in examples/questions/*.json; do
    printf '\n$ grantctl evaluate %s\n' "$question"
    "$bin/grantctl" evaluate --address "$address" "$question"
done

cat <<END

The daemon goes on listening on $address; Ctrl-C stops it. In another terminal:
  $bin/grantctl ask --address $address medical-device.common-platform
  $bin/grantctl measures --address $address

In a browser · 在浏览器里打开: http://$address/
END
wait $daemon
