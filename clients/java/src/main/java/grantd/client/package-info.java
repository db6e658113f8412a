// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The Java client of grantd: the contract's messages and services over baidu_std frames.
 *
 * <p>Begin with {@link grantd.client.GrantdClient}. Programs that would rather use protobuf's generated stubs hand them a
 * {@link grantd.client.GrantdChannel}.
 */
package grantd.client;
