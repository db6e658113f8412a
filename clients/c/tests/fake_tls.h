/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_FAKE_TLS_H
#define GRANTD_FAKE_TLS_H

#include "fake_server.h"

/* A certificate that vouches for itself, and its key, as files below TMPDIR. */
struct certificate {
    char path[512];
    char key_path[512];
};

/* Makes one for `localhost` and 127.0.0.1.
 *
 * days: from a day ago to so many days from now; less than none for one that has expired. */
void certificate_make(struct certificate *certificate, int days);

/* Removes the files. */
void certificate_remove(const struct certificate *certificate);

/* Has a fake server speak TLS on the connections to come.
 *
 * authority: of whom each peer must show a certificate; NULL asks for none. */
void fake_server_secure(
    struct fake_server *server, const struct certificate *certificate, const struct certificate *authority);

#endif
