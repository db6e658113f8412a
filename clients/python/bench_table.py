# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures `grantd table` over a file of synthetic enterprises: rows a second, and the most memory.

    python bench_table.py [--rows 1000000] [--address HOST:PORT] [--folder DIR] [--compare] [--workbook]

Scores, or compares what two addresses (here the same one) make of the rows; with --workbook of sheets in and out, of 100,000
rows say. What comes out of each row is held against what its facts come to, reckoned here by whole numbers. Ends with 1 where
one differs, or where the client takes more than 1 GB of memory. Wants `grantd[tables]`, numpy and a daemon, as
scripts/bench-table.sh has them.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import python_calamine
import xlsxwriter

_MEMBER = "medical_device_common_platform"
_FLAGS = ("applicant.registered_in_beijing", f"{_MEMBER}.for_medical_device_industry", f"{_MEMBER}.common_technology_platform")
_INVESTMENT = f"{_MEMBER}.engineering_investment_fen"
_CAP = 5_000_000_000
_GROUP = 100_000
# In bytes.
_MOST_MEMORY = 10**9
# The words of a workbook's results.
_OUTCOMES = {"Eligible": "ELIGIBLE", "Not eligible": "INELIGIBLE", "Undetermined: facts missing": "UNDETERMINED"}
_SCORED = ("application_id", "outcome", "amount_fen", "potential_amount_fen")
_COMPARED = (
    "application_id", "group", "kind", "old_outcome", "new_outcome", "old_amount_fen", "new_amount_fen", "change_fen",
    "old_potential_amount_fen", "new_potential_amount_fen",
)  # fmt: skip


def make(path: pathlib.Path, rows: int) -> None:
    """Writes the enterprises: the same for the same number of rows."""
    random = np.random.default_rng(1)

    def flags(share: float, count: int) -> Any:
        # One in fifty is not known.
        return pa.array(random.random(count) < share, mask=random.random(count) < 0.02)

    writer = None
    for start in range(0, rows, _GROUP):
        count = min(_GROUP, rows - start)
        numbers = range(start, start + count)
        table = pa.table(
            {
                "application_id": [f"A-{number}" for number in numbers],
                "district": pa.array(np.array(["海淀区", "朝阳区", "大兴区"])[random.integers(0, 3, count)]),
                _FLAGS[0]: flags(0.9, count),
                "subject_id": [f"P-{number}" for number in numbers],
                _FLAGS[1]: flags(0.95, count),
                _FLAGS[2]: flags(0.9, count),
                _INVESTMENT: pa.array(random.integers(10**6, 3 * 10**10, count)),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def as_workbook(given: pathlib.Path) -> pathlib.Path:
    """The same as a sheet."""
    path = given.with_suffix(".xlsx")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("applications")
    table = pq.read_table(given)
    sheet.write_row(0, 0, table.column_names)
    for number, row in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True), 1):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def expected(given: pathlib.Path, compares: bool) -> Iterator[pa.Table]:
    """What the rows of the Parquet file come to, by the names of the results."""
    for batch in pq.ParquetFile(given).iter_batches(_GROUP):
        flags = [batch[name] for name in _FLAGS]
        # A no decides whatever is not known beside it.
        fails = [pc.equal(pc.fill_null(flag, True), False) for flag in flags]
        is_refused = pc.or_(pc.or_(fails[0], fails[1]), fails[2])
        is_unknown = pc.or_(pc.or_(flags[0].is_null(), flags[1].is_null()), flags[2].is_null())
        outcome = pc.if_else(is_refused, "INELIGIBLE", pc.if_else(is_unknown, "UNDETERMINED", "ELIGIBLE"))
        amount = pa.array(np.minimum(batch[_INVESTMENT].to_numpy() * 3 // 10, _CAP))
        nothing = pa.scalar(None, pa.int64())
        awarded = pc.if_else(pc.equal(outcome, "ELIGIBLE"), amount, nothing)
        potential = pc.if_else(pc.equal(outcome, "UNDETERMINED"), amount, nothing)
        ids = batch["application_id"]
        if not compares:
            yield pa.table([ids, outcome, awarded, potential], _SCORED)
            continue
        told = pc.if_else(pc.equal(outcome, "UNDETERMINED"), nothing, pc.fill_null(awarded, 0))
        same, change = pa.array(["SAME"] * batch.num_rows), pc.multiply(told, 0)
        columns = [ids, batch["district"], same, outcome, outcome, told, told, change, potential, potential]
        yield pa.table(columns, _COMPARED)


def scored_of(path: pathlib.Path) -> Iterator[pa.Table]:
    """What a scoring says of the rows."""
    if path.suffix == ".parquet":
        # Its own `application_id` is the table's; the results beside it are told by their place.
        for batch in pq.ParquetFile(path).iter_batches(_GROUP, columns=list(_SCORED)):
            table = pa.table(batch).select(_SCORED)
            is_open = pc.equal(table["outcome"], "UNDETERMINED")
            potential = pc.if_else(is_open, table["potential_amount_fen"], pa.scalar(None, pa.int64()))
            yield table.set_column(3, "potential_amount_fen", potential)
        return
    rows = python_calamine.load_workbook(path).get_sheet_by_name("Results").to_python()
    places = [rows[0].index(head) for head in ("application_id", "Outcome", "Amount (yuan)", "May still come to (yuan)")]
    found = [[row[place] for place in places] for row in rows[1:]]
    columns = [
        pa.array([str(row[0]) for row in found], pa.string()),
        pa.array([_OUTCOMES.get(str(row[1]), str(row[1])) for row in found], pa.string()),
        *(pa.array([None if row[place] == "" else round(float(str(row[place])) * 100) for row in found]) for place in (2, 3)),
    ]
    yield pa.table(columns, _SCORED)


def compared_of(path: pathlib.Path) -> Iterator[pa.Table]:
    """What a comparison says of the rows."""
    for batch in pq.ParquetFile(path).iter_batches(_GROUP, columns=list(_COMPARED)):
        table = pa.table(batch).select(_COMPARED)
        for place, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
        yield table


def check(wanted: Iterable[pa.Table], got: Iterable[pa.Table]) -> int:
    """Holds results against what is expected, row for row; returns how many rows there are."""
    rows = 0
    for one, other in zip(_even(wanted), _even(got), strict=True):
        if not one.equals(other):
            pairs = zip(one.to_pylist(), other.to_pylist(), strict=False)
            for row, (expects, says) in enumerate(pairs, rows):
                if expects != says:
                    sys.exit(f"row {row} comes to {expects}, and the output says {says}")
            sys.exit(f"of {one.num_rows} rows from {rows} on there are {other.num_rows}")
        rows += one.num_rows
    return rows


def _even(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of one size, whichever groups a file has; one at the end is shorter, or empty."""
    held: pa.Table = None
    for table in tables:
        held = table if held is None else pa.concat_tables([held, table])
        while held.num_rows >= _GROUP:
            yield held.slice(0, _GROUP).combine_chunks()
            held = held.slice(_GROUP)
    yield held.combine_chunks()


def check_sums(given: pathlib.Path, path: pathlib.Path) -> int:
    """Holds the summary of a compared workbook, in which no row changes, against what is expected."""
    rows = fen = 0
    for table in expected(given, compares=True):
        rows += table.num_rows
        fen += pc.sum(table["old_amount_fen"]).as_py() or 0
    summary = python_calamine.load_workbook(path).get_sheet_by_name("Summary").to_python(skip_empty_area=False)
    said = {str(row[1]): row[2:6] for row in summary if len(row) > 5}
    total = [round(float(str(cell)) * 100) for cell in said["Total"]]
    if said["Same"] != said["Total"] or total != [rows * 100, fen, fen, 0]:
        sys.exit(f"{rows} rows come to {fen} fen, and the output says {said}")
    return rows


def main() -> None:
    """Makes, scores, checks and tells."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--address", default="127.0.0.1:7843")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--workbook", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        rows, scored = pathlib.Path(folder) / "in.parquet", pathlib.Path(folder) / "out.parquet"
        make(rows, options.rows)
        given = rows
        if options.workbook:
            given, scored = as_workbook(rows), scored.with_suffix(".xlsx")
        command = ["table", "score", str(given), "-o", str(scored), "--as-of", "2026-05-20", "--address", options.address]
        if options.compare:
            command[1] = "compare"
            command[-2:] = ["--old", options.address, "--new", options.address, "--by", "district"]
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "grantd", *command, "--lang", "en", "--timeout", "600"], check=True)
        wall = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not options.compare:
            checked = check(expected(rows, compares=False), scored_of(scored))
        elif options.workbook:
            checked = check_sums(rows, scored)
        else:
            checked = check(expected(rows, compares=True), compared_of(scored))
    if checked != options.rows:
        sys.exit(f"of {options.rows} rows {checked} came out")
    processor, memory = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    print(f"\n{options.rows:,} rows in {wall:.1f} s: {options.rows / wall:,.0f} rows/s. Of this client:")
    print(f"{processor:.1f} s of a processor, {options.rows / processor:,.0f} rows/s of it;")
    verdict = "held" if memory <= _MOST_MEMORY else "missed"
    print(f"at most {memory / 1e6:,.0f} MB of memory (<= {_MOST_MEMORY / 1e6:,.0f}: {verdict}). Every row is as expected.")
    if memory > _MOST_MEMORY:
        sys.exit(1)


if __name__ == "__main__":
    main()
