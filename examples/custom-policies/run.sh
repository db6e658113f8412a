#!/usr/bin/env bash
# A policy directory of an agency's own: from 2027-01-01 the data voucher's cap is another. Starts a daemon with it, asks
# the same question for the day before and the day itself, and shows that each is answered by its own version.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
configuration=${CONFIGURATION:-release}
bin=${GRANTD_BIN:-$(swift build --package-path "$root" -c "$configuration" --show-bin-path)}
ready=$(mktemp)

"$bin/grantctl" policy check policies/ai-application.yaml
"$bin/grantd" serve --port 0 --policies policies >"$ready" &
daemon=$!
trap 'kill $daemon 2>/dev/null; wait $daemon 2>/dev/null; rm -f "$ready"' EXIT
until grep -q '^listening on ' "$ready"; do kill -0 $daemon; sleep 0.05; done
address=$(sed -n 's/^listening on //p' "$ready")

failed=0
for expected in 2026-12-31:50000000 2027-01-01:80000000; do
    day=${expected%%:*}
    answer=$("$bin/grantctl" evaluate --address "$address" --json - <<END
{"application": {"as_of": "$day", "applicant": {"registered_in_beijing": true},
 "ai_application_data_voucher": {"first_public_release_of_training_dataset": true, "meets_published_conditions": true}}}
END
    )
    amount=$(grep -oE '"amount_fen": ?"?[0-9]+' <<<"$answer" | head -n 1 | grep -oE '[0-9]+$')
    printf '%s: %s fen\n' "$day" "$amount"
    [ "$amount" = "${expected##*:}" ] || { echo "expected ${expected##*:} fen" >&2; failed=1; }
done
exit $failed
