//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Who calls, by the token that was shown.
package struct Caller: Sendable, Hashable {
    /// What a caller may do, besides asking, which all may.
    package struct Roles: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Asks.
        package static let ask = Roles(rawValue: 1)
        /// Acts for an agency.
        package static let agency = Roles(rawValue: 2)
        /// Watches and runs the daemon.
        package static let operate = Roles(rawValue: 4)
        /// Every role.
        package static let all: Roles = [.ask, .agency, .operate]
    }

    /// A caller in few bits, as calls are counted by it.
    package struct Number: Sendable, Hashable, BitwiseCopyable {
        package let rawValue: UInt16

        /// Whoever has no name: nobody is asked for a token, or the token has none.
        package static let unnamed = Number(rawValue: 0)
        /// Whoever has shown no token where one is asked for.
        package static let stranger = Number(rawValue: .max)

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }

    /// The name beside the token; nil where there is none.
    package let name: String?
    package let roles: Roles
    package let number: Number

    package init(name: String?, roles: Roles, number: Number = .unnamed) {
        self.name = name
        self.roles = roles
        self.number = number
    }

    /// Somebody of whom nothing is known: may ask, as far as that is public.
    package static let stranger = Caller(name: nil, roles: .ask, number: .stranger)

    /// Anybody, where no token is asked for: may do everything.
    package static let anyone = Caller(name: nil, roles: .all)
}
