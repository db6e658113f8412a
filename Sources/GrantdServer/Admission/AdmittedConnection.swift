//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What the admission knows of a connection that has a place. Touched under its lock alone.
final class AdmittedConnection {
    let place: ConnectionPlace
    /// No call of it was admitted yet.
    var isStranger = true
    /// Another has its place already; it is being closed.
    var isLeaving = false
    /// It is closed.
    var isGone = false

    init(_ place: ConnectionPlace) {
        self.place = place
    }

    /// Since when it has been without a call; nil while it has one.
    ///
    /// - Parameter asksForTokens: strangers then go in the order they came in, whatever they do.
    func idleSince(_ asksForTokens: Bool) -> MonotonicTime? {
        asksForTokens && self.isStranger ? self.place.admittedAt : self.place.idleSinceTime
    }
}
