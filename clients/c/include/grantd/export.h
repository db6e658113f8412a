/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_EXPORT_H
#define GRANTD_EXPORT_H

/* What the shared library shows; everything else in it is hidden. */
#if defined(__GNUC__)
#define GRANTD_API __attribute__((visibility("default")))
#else
#define GRANTD_API
#endif

#endif
