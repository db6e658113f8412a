# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Runs the notebook beside this file from its first cell to its last.

run_notebook.py [--write]

With --write its outputs and the picture are kept; else it is only held to run through, with the picture in a folder that is
thrown away.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

HERE = pathlib.Path(__file__).resolve().parent
NAME = "population.ipynb"


def main() -> int:
    """Runs the notebook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "population"
        shutil.copytree(HERE, folder)
        os.environ["POPULATION_FOLDER"] = str(folder)
        notebook = nbformat.read(HERE / NAME, as_version=4)
        NotebookClient(notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                # When a cell ran, and Java's own warnings, are no results.
                cell.metadata.pop("execution", None)
                cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
                for output in cell.outputs:
                    sys.stdout.write(output.get("text", ""))
        if arguments.write:
            nbformat.write(notebook, HERE / NAME)
            shutil.copy(folder / "cost-by-district.png", HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
