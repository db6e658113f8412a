// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

// Version is that of the client, which is the daemon's and every other client's too.
const Version = "0.1.0"
