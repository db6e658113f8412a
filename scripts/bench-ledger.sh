#!/usr/bin/env bash
# Durable awards a second of the book alone, as many awards a step as clients wait at a time (1, 16, 256, and batches of 1,000), in
# SQLite and in PostgreSQL, with the syncs of the disk; beside the same work by hand in PostgreSQL, where each client locks the
# envelope with SELECT … FOR UPDATE, as pgbench runs it. All of it on one envelope. At the end, how many times as many awards the
# book makes as that. Needs postgresql, strace.
#
# Usage: scripts/bench-ledger.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
scripts/install-dependencies.sh libpq-dev postgresql strace
bin=${GRANTD_BENCH_BIN:-$(SWIFT_FLAGS="--traits PostgreSQL ${SWIFT_FLAGS:-}" scripts/build-release.sh grantd-bench)}
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

# The server does not run as root, and the books lie on the disk that the project lies on.
work=$(mktemp -d "$PWD/.build/bench-ledger.XXXXXX")
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    as_owner=(runuser -u postgres --)
    chown postgres "$work"
    # The server's user has to come this far.
    data=$(mktemp -d /tmp/grantd-bench-pg.XXXXXX)
    chown postgres "$data"
else
    data=$work/pg
    mkdir "$data"
fi
stop() {
    (cd / && "${as_owner[@]}" "$programs/pg_ctl" -D "$data/data" -m immediate stop >/dev/null 2>&1) || true
    rm -rf "$work" "$data"
}
trap stop EXIT
(
    cd /
    "${as_owner[@]}" "$programs/initdb" -D "$data/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    "${as_owner[@]}" "$programs/pg_ctl" -D "$data/data" -w -l "$data/log" \
        -o "-c listen_addresses= -k $data -c max_connections=300" start >/dev/null
)
sql() { psql -h "$data" -U bench -d "${database:-postgres}" -qAtc "$1"; }
syncs_of_server() { sql 'SELECT wal_sync FROM pg_stat_wal'; }

# What is measured, awards a second, by name and how many at a time.
declare -A rates
# Prints a line of the name, how many at a time, what was measured, syncs; and keeps the rate, which is its first word.
tell() {
    printf '%s, %d at a time\t%s, %d syncs\n' "$@"
    rates[$1-$2]=${3%% *}
}
for step in 1 16 256 1000; do
    measured=$(strace -f -c --seccomp-bpf -o "$work/syncs" -e trace=fsync,fdatasync \
        "$bin/grantd-bench" book "$work/book-$step" --step "$step" --seconds "$seconds")
    tell SQLite "$step" "$measured" \
        "$(awk '$NF == "fsync" || $NF == "fdatasync" { sum += $4 } END { print sum + 0 }' "$work/syncs")"
done
for step in 1 16 256 1000; do
    sql "CREATE DATABASE book_$step"
    before=$(syncs_of_server)
    measured=$("$bin/grantd-bench" book "postgres://bench@/book_$step?host=$data" --step "$step" --seconds "$seconds")
    sleep 1
    tell PostgreSQL "$step" "$measured" $(($(syncs_of_server) - before))
done

# By hand: the envelope's row locked, what the applicant has had added up, the award written, the envelope drawn on.
sql 'CREATE DATABASE hand'
database=hand
sql 'CREATE TABLE envelope (id int PRIMARY KEY, limit_fen int8, used_fen int8); INSERT INTO envelope VALUES (1, 9000000000000000000, 0)'
sql 'CREATE TABLE award (id bigserial PRIMARY KEY, credit_code text, measure text, subject_id text, awarded_on int, amount_fen int8,
    key text UNIQUE, reply bytea); CREATE INDEX ON award (credit_code, measure)'
cat >"$work/hand.sql" <<'SQL'
\set applicant random(10000000000000, 99999999999999)
\set key random(1, 9000000000000000)
BEGIN;
SELECT limit_fen - used_fen FROM envelope WHERE id = 1 FOR UPDATE;
SELECT coalesce(sum(amount_fen), 0) FROM award WHERE credit_code = '9111' || :applicant AND measure = 'medical-device.common-platform';
INSERT INTO award (credit_code, measure, subject_id, awarded_on, amount_fen, key, reply)
VALUES ('9111' || :applicant, 'medical-device.common-platform', 'bench', 20000, 100000, 'bench-' || :key, decode(repeat('02', 450), 'hex'));
UPDATE envelope SET used_fen = used_fen + 100000 WHERE id = 1;
COMMIT;
SQL
for clients in 1 16 256; do
    before=$(syncs_of_server)
    # No more threads than clients, which pgbench would refuse in part.
    measured=$("$programs/pgbench" -h "$data" -U bench -n -M prepared -f "$work/hand.sql" -c "$clients" \
        -j $((clients < 2 ? 1 : 2)) -T "$seconds" hand 2>/dev/null | awk '/^tps/ { printf "%d awards/s", $3 }')
    sleep 1
    tell 'By hand' "$clients" "$measured" $(($(syncs_of_server) - before))
done

echo
for clients in 1 16 256; do
    for store in SQLite PostgreSQL; do
        awk -v store="$store" -v clients="$clients" -v book="${rates[$store-$clients]}" \
            -v hand="${rates[By hand-$clients]}" \
            'BEGIN { printf "%s, %d at a time: %.1f times as many as by hand\n", store, clients, book / (hand > 0 ? hand : 1) }'
    done
done
printf 'SQLite, batches of 1,000: %d awards/s\n' "${rates[SQLite-1000]}"
