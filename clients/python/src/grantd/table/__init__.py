# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables of applications: workbooks, CSV, Parquet and JSON lines in, results out; wants ``grantd[tables]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grantd.table._comparison import Comparison
    from grantd.table._functions import compare, read_table
    from grantd.table._problems import TableError

__all__ = ["Comparison", "TableError", "compare", "read_table"]


def __getattr__(name: str) -> Any:
    # Found when it is asked for: Arrow is heavy, and a program may do without it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from grantd.table import _comparison, _functions, _problems

    modules = {"Comparison": _comparison, "TableError": _problems}
    return getattr(modules.get(name, _functions), name)
