//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    /// What PostgreSQL, or the way to it, says where it does not do what it is asked.
    package struct PostgreSQLFailure: Error, Equatable {
        /// The SQLSTATE, such as `55P03`; empty where no server said anything.
        package var state: String
        /// The server's or the client library's own words, in one line.
        package var message: String

        package init(state: String, message: String) {
            self.state = state
            self.message = message.split(whereSeparator: \.isNewline).joined(separator: "; ")
        }

        /// What kind of trouble it is, as far as who runs the daemon can do something about it.
        package enum Kind: Equatable {
            /// No connection, or none any more: what was asked last may have been done or not.
            case disconnected
            /// A lock, a serialisation or a time limit: the same again may succeed.
            case busy
            /// No room on the server's disk, or in its memory.
            case full
            /// A standby, or a user that may not write.
            case readOnly
            /// The server's files are damaged.
            case corrupt
            /// What only a mistake of this program, or a schema that somebody else has changed, brings about.
            case other
        }

        package var kind: Kind {
            // The classes of PostgreSQL's manual, appendix A.
            switch self.state {
            case "": .disconnected
            case "55P03", "57014", "40001", "40P01": .busy
            case "25006", "42501": .readOnly
            case "XX001", "XX002": .corrupt
            case _ where self.state.hasPrefix("08") || self.state.hasPrefix("57P"): .disconnected
            // An idle transaction that was ended.
            case "25P03": .disconnected
            case _ where self.state.hasPrefix("53") || self.state == "58030": .full
            default: .other
            }
        }
    }
#endif
