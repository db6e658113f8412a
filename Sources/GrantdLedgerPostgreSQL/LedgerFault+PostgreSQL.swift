//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdService

    extension LedgerFault {
        /// What PostgreSQL says of a book, and what would help. Neither the address nor what is kept there is told.
        init(_ failure: PostgreSQLFailure) {
            let help =
                switch failure.kind {
                case .disconnected: "cannot be reached; the next call tries again"
                case .busy: "is held by another daemon for too long; try again"
                case .full: "cannot grow: the server has no room; make some, and the book goes on by itself"
                case .readOnly: "may not be written: give the daemon a primary server and a user who may write"
                case .corrupt: "\(failure.message); see `grantctl ledger verify`, and restore a backup"
                case .other: failure.message
                }
            let tells = failure.kind == .other || failure.kind == .corrupt
            let state = failure.state.isEmpty ? "" : ", SQLSTATE \(failure.state)"
            self.init(
                isTransient: failure.kind == .busy || failure.kind == .disconnected,
                message: "the book in PostgreSQL \(help)\(tells ? "" : " (\(failure.message)\(state))")"
            )
        }
    }
#endif
