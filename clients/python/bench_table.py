# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures `grantd table` over a file of synthetic enterprises: rows a second, and the most memory.

    python bench_table.py [--rows 10000000] [--address HOST:PORT] [--folder DIR] [--compare] [--workbook]

Scores, or compares what two addresses (here the same one) make of the rows; with --workbook of sheets in and out, of 100,000
rows say. Wants `grantd[tables]`, numpy and a daemon. Checks that each row of the output is that of the input.
"""

from __future__ import annotations

import argparse
import itertools
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine
import xlsxwriter

_MEMBER = "medical_device_common_platform"
_GROUP = 100_000


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
                "applicant.registered_in_beijing": flags(0.9, count),
                "subject_id": [f"P-{number}" for number in numbers],
                f"{_MEMBER}.for_medical_device_industry": flags(0.95, count),
                f"{_MEMBER}.common_technology_platform": flags(0.9, count),
                f"{_MEMBER}.engineering_investment_fen": pa.array(random.integers(10**6, 3 * 10**10, count)),
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


def ids_of(path: pathlib.Path) -> Iterator[str]:
    """The numbers of applications, in the order of the file."""
    if path.suffix == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches(_GROUP, columns=["application_id"]):
            yield from batch["application_id"].to_pylist()
        return
    book = python_calamine.load_workbook(path)
    # Of results the second sheet.
    sheet = book.get_sheet_by_index(min(1, len(book.sheet_names) - 1))
    for row in itertools.islice(sheet.iter_rows(), 1, None):
        yield str(row[0])


def check(given: pathlib.Path, scored: pathlib.Path) -> None:
    """Compares the numbers of applications, row for row."""
    for one, other in zip(ids_of(given), ids_of(scored), strict=True):
        if one != other:
            sys.exit(f"the row of {one} became that of {other}")


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
        given, scored = pathlib.Path(folder) / "in.parquet", pathlib.Path(folder) / "out.parquet"
        make(given, options.rows)
        if options.workbook:
            given, scored = as_workbook(given), scored.with_suffix(".xlsx")
        command = ["table", "score", str(given), "-o", str(scored), "--as-of", "2026-05-20", "--address", options.address]
        if options.compare:
            command[1] = "compare"
            command[-2:] = ["--old", options.address, "--new", options.address, "--by", "district"]
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "grantd", *command, "--lang", "en", "--timeout", "600"], check=True)
        wall = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not (options.compare and options.workbook):
            check(given, scored)
    processor = used.ru_utime + used.ru_stime
    print(f"\n{options.rows:,} rows in {wall:.1f} s: {options.rows / wall:,.0f} rows/s. Of this client:")
    print(f"{processor:.1f} s of a processor, {options.rows / processor:,.0f} rows/s of it;")
    print(f"at most {used.ru_maxrss / 1024:,.0f} MiB of memory. The rows' order is kept.")


if __name__ == "__main__":
    main()
