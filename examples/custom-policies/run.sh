#!/usr/bin/env bash
# Two programmes of an agency's own. ai-application takes the place of a built-in one: from 2027-01-01 a cap is another.
# green-factory is new, its facts as well: it is put into the folder of a daemon that runs and is busy, asked for by the tool and
# by clients in Python and Go, and taken away again. Every answer is checked. README.md walks through the steps by hand.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
configuration=${CONFIGURATION:-release}
export GRANTD_BIN=${GRANTD_BIN:-$(swift build --package-path "$root" -c "$configuration" --show-bin-path)}
work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT
export XDG_CACHE_HOME=$work/cache PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/.build/custom-policies/python
grantctl() { "$GRANTD_BIN/grantctl" "$@"; }
step() { printf '\n== %s\n' "$1"; }
fail() { echo "custom-policies: $1" >&2; exit 1; }
expect() { # TEXT…, with the output on standard input: prints the lines that hold each of them
    local output wanted
    output=$(cat)
    for wanted in "$@"; do grep -F -- "$wanted" <<<"$output" || fail "expected: $wanted, and not: $output"; done
}
is_shown() { # with the output on standard input: README.md shows each line of it
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line"
        grep -qxF -- "$line" README.md || fail "README.md does not show: $line"
    done
}
expect_exit() { # CODE TEXT COMMAND…: ends with that code and says so
    local code=0 output
    output=$("${@:3}" 2>&1) || code=$?
    printf '%s\n' "$output"
    [ "$code" = "$1" ] || fail "expected exit code $1, not $code: ${*:3}"
    grep -qF -- "$2" <<<"$output" || fail "expected: $2"
}

step "the files, checked and tested without a daemon"
grantctl policy check --strict policies --lang en \
    | expect "ai-application.yaml: ok: programme ai-application, 9 measures" \
        "green-factory.yaml: ok: programme green-factory, 2 measures"
grantctl policy check --strict --lang zh policies/green-factory.yaml | is_shown
grantctl policy test --lang zh policies | is_shown
# A member's number below 10,000 is a built-in programme's, and is refused where it stands.
mkdir "$work/wrong"
sed 's/number: 10001/number: 401/' policies/green-factory.yaml >"$work/wrong/green-factory.yaml"
expect_exit 65 "$(printf 'green-factory.yaml:%s:13: error: ' "$(grep -n 'number: 401' "$work/wrong/green-factory.yaml" | cut -d: -f1)")" \
    "$GRANTD_BIN/grantctl" policy check --lang en "$work/wrong"

step "typed clients, made from the programme's file"
"$root/clients/python/environment.sh"
python/generate.sh
go/build.sh
python=$root/.build/python/bin/python
MYPYPATH=$PYTHONPATH "$python" -m mypy --strict --cache-dir "$root/.build/custom-policies/mypy" python/*.py
go=$root/.build/custom-policies/go/bin/green-factory

step "a daemon with the folder, without the new programme"
served=$work/policies
mkdir "$served"
cp policies/ai-application.yaml "$served"
"$GRANTD_BIN/grantd" serve --port 0 --policies "$served" >"$work/ready" 2>"$work/log" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do kill -0 $daemon || { cat "$work/log" >&2; exit 1; }; sleep 0.05; done
address=$(sed -n 's/^listening on //p' "$work/ready")

for expected in 2026-12-31:50000000 2027-01-01:80000000; do
    day=${expected%%:*}
    answer=$(grantctl evaluate --address "$address" --json - <<END
{"application": {"as_of": "$day", "applicant": {"registered_in_beijing": true},
 "ai_application_data_voucher": {"first_public_release_of_training_dataset": true, "meets_published_conditions": true}}}
END
    )
    amount=$(grep -oE '"amount_fen": ?"?[0-9]+' <<<"$answer" | head -n 1 | grep -oE '[0-9]+$')
    printf '%s: %s fen\n' "$day" "$amount"
    [ "$amount" = "${expected##*:}" ] || fail "expected ${expected##*:} fen"
done
unknown="green_factory_award: no field of Application has this name"
expect_exit 65 "$unknown" "$GRANTD_BIN/grantctl" evaluate --address "$address" --lang en requests/award.json
expect_exit 1 "at 10001" "$python" python/ask.py "$address"
expect_exit 1 "at 10001" "$go" "$address"

step "added and taken away while the daemon is busy"
"$python" python/under_load.py "$address" "$daemon" "$served" policies/green-factory.yaml \
    | expect "lost or misread: 0; changes that a caller of the programme saw: 10"

step "added for good"
listed() { grantctl measures --address "$address" --json | { grep -oE '"green-factory\.[a-z-]+"' || true; } | sort -u | wc -l; }
reload() { # COUNT: until so many measures of the programme are listed
    local tries=0
    kill -HUP "$daemon"
    until [ "$(listed)" = "$1" ]; do
        [ $((tries += 1)) -lt 100 ] || fail "not reloaded: $(cat "$work/log")"
        sleep 0.05
    done
}
cp policies/green-factory.yaml "$served"
reload 2
grantctl describe --address "$address" --lang zh green-factory.award \
    | expect "绿色工厂奖励" "投资不低于500万元" "以专项审计报告为准"
grantctl screen --address "$address" --lang zh requests/screen.json | expect "绿色工厂奖励" "绿色电力应用奖励"
grantctl evaluate --address "$address" --lang zh requests/award.json \
    | expect "最高 200万元" "← 起约束作用"
head -n 1 requests/applications.jsonl >"$work/load.jsonl"
bench=$(grantctl bench --address "$address" --requests "$work/load.jsonl" --duration 1 --warm-up 0.1 --lang en)
expect "calls/s" <<<"$bench"
if grep '^error' <<<"$bench"; then fail "a call of the load was not answered"; fi
grantctl evaluate --address "$address" --jsonl requests/applications.jsonl >"$work/answers" || code=$?
[ "${code:-0}" = 65 ] || fail "a line of bad input: expected exit code 65, not ${code:-0}"
[ "$(wc -l <"$work/answers")" = 6 ] || fail "six applications have six answers"
answer() { sed -n "$1p" "$work/answers" | grep -o -- "\"\(outcome\|amount_fen\|error\|field\|rule\|path\|line\)\":[^,}]*" | expect "${@:2}"; }
answer 1 '"outcome":"ELIGIBLE"' '"amount_fen":"200000000"'
answer 2 '"outcome":"ELIGIBLE"' '"amount_fen":"300000000"'
answer 3 '"outcome":"INELIGIBLE"' '"rule":"large-enough"'
answer 4 '"outcome":"UNDETERMINED"' '"path":"green_factory_green_power.energy_class"'
answer 5 '"field":"green_factory_award.rating"' '"line":5'
answer 6 '"outcome":"ELIGIBLE"' '"amount_fen":"80000000"'
"$python" python/ask.py "$address" | is_shown
"$go" "$address" | is_shown

step "a file that is wrong does not take the place of a good one"
cp "$work/wrong/green-factory.yaml" "$served"
kill -HUP "$daemon"
until grep -q 'green-factory.yaml:' "$work/log"; do sleep 0.05; done
grep 'green-factory.yaml:' "$work/log" | expect "number: 401"
"$go" "$address" | expect "go: green-factory.award ELIGIBLE, 100000000 fen"

step "taken away"
rm "$served/green-factory.yaml"
reload 0
expect_exit 65 "$unknown" "$GRANTD_BIN/grantctl" evaluate --address "$address" --lang en requests/award.json
kill "$daemon"
code=0
wait "$daemon" || code=$?
daemon=
[ "$code" = 0 ] || fail "the daemon ended with $code"
printf '\nall as expected\n'
