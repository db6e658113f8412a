// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

/**
 * What a channel's connections have seen.
 *
 * @param connectionsMade Connections made, the first ones and those after a loss.
 * @param lateReplies Replies to calls that had been given up: past their deadline, or cancelled.
 * @param unknownReplies Replies to calls that were never made. More than none means that the peer is at fault.
 */
public record GrantdStatistics(long connectionsMade, long lateReplies, long unknownReplies) {}
