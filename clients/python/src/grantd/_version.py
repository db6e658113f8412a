# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The version of this package, and the only place where it stands."""

__version__ = "0.1.0"
