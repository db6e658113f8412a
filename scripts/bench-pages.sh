#!/usr/bin/env bash
# What a page costs, those of the book of awards too: processor time of the daemon for each, on a release build or the
# daemon in the folder GRANTD_BIN, with 64 connections that are kept alive (Debian's wrk). SECONDS_EACH (5) seconds for
# each page; the daemon has one core, the load the other. Ends with 1 where a page takes more than MOST_MICROSECONDS (1000).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh wrk curl
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd)}
seconds=${SECONDS_EACH:-5}
most=${MOST_MICROSECONDS:-1000}
work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2> /dev/null || true; wait "$daemon" 2> /dev/null || true; fi
    daemon=
}
trap 'stop; rm -rf "$work"' EXIT
start() { # options of the daemon…
    stop
    : > "$work/ready"
    taskset -c 0 "$bin/grantd" serve --port 0 --threads 1 --log-level error "$@" > "$work/ready" &
    daemon=$!
    until grep -q '^listening on ' "$work/ready"; do kill -0 "$daemon"; sleep 0.05; done
    address=$(sed -n 's/^listening on //p' "$work/ready")
}

spent() { curl -s "http://$address/metrics" | sed -n 's/^process_cpu_seconds_total //p'; }
failed=0
row() { # NAME PATH [FORM]
    printf '%s' "${3:-}" > "$work/form"
    cat > "$work/page.lua" <<LUA
local file = io.open("$work/form")
local form = file:read("*a")
file:close()
if #form > 0 then
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    wrk.body = form
end
LUA
    # Once before, so that what is made when somebody first asks does not count.
    taskset -c 1 wrk -t1 -c64 -d1s -s "$work/page.lua" "http://$address$2" > /dev/null
    local before after pages
    before=$(spent)
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" -s "$work/page.lua" "http://$address$2" > "$work/said"
    after=$(spent)
    if grep -q 'Non-2xx\|Socket errors' "$work/said"; then cat "$work/said" >&2; exit 1; fi
    pages=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' "$work/said")
    awk -v name="$1" -v spent="$(awk "BEGIN { print $after - $before }")" -v pages="$pages" -v seconds="$seconds" -v most="$most" '
        BEGIN {
            cost = spent / pages * 1e6
            printf "%-44s %9.0f pages/s %9.0f µs of a processor\n", name, pages / seconds, cost
            exit cost > most
        }' || failed=1
}

start
measure=/measures/medical-device.common-platform
facts='as_of=2026-05-20&applicant.registered_in_beijing=yes&medical_device_common_platform.for_medical_device_industry=yes'
facts="$facts&medical_device_common_platform.common_technology_platform=yes&subject_id=P-1&prior_awards=0"
row 'find a measure, all of them' '/'
row 'find a measure, by a word' '/?q=%E5%B9%B3%E5%8F%B0'
row 'a measure' "$measure"
row 'a question' "$measure/ask" "$facts&go=next"
row 'the check of all answers' "$measure/ask" \
    "$facts&medical_device_common_platform.engineering_investment_fen=6000000000&go=check"
row 'the result' "$measure/ask" \
    "$facts&medical_device_common_platform.engineering_investment_fen=6000000000&go=result"
row 'a refusal, with what would undo it' "$measure/ask" 'as_of=2026-05-20&applicant.registered_in_beijing=no&go=result'
row 'the questions of a screening' '/screen'
row 'what was screened' '/screen' 'at=questions&typed%3Aas_of=2026-05-20&typed%3Aapplicant.kind=ENTERPRISE&go=next'
row 'the documents' '/documents'

start --ledger "$work/book.sqlite"
# The book that the pages are looked at with (scripts/check-pages.sh).
pages=$(PYTHONPATH=Tests/Browser python3 -B -c 'import sys, book; print(*book.fill(sys.argv[1]), sep="\n")' "$address")
row_of_book() { # NAME KIND
    local path
    path=$(grep -m 1 "^/awards/$2?" <<< "$pages") || { echo "bench-pages: the book has no page of the kind $2" >&2; exit 1; }
    row "$1" "$path"
}
row 'the book of awards' '/awards'
row_of_book 'an envelope' envelope
row_of_book 'a run' run
row_of_book 'what an applicant was awarded' applicant
row_of_book 'what became of an award' award
exit $failed
