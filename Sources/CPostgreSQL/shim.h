// PostgreSQL's client library as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <libpq-fe.h>
