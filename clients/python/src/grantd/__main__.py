# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""``python -m grantd table``: as ``grantd table``."""

import sys

from grantd.table._command import main

sys.exit(main())
