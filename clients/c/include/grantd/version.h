/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_VERSION_H
#define GRANTD_VERSION_H

/* The version of the client, which is the daemon's and every other client's too. The pkg-config file has it from here. */
#define GRANTD_VERSION "0.1.0"

#endif
