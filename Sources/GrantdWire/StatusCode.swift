//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The error numbers of the framing that grantd sends.
package enum StatusCode: Int32, CaseIterable, Hashable, Sendable {
    case noService = 1001
    case noMethod = 1002
    case badRequest = 1003
    case notAuthorised = 1004
    case timedOut = 1008
    case internalError = 2001
    /// The daemon is about to end: ask another one.
    case stopping = 2003
    case overLimit = 2004
}
