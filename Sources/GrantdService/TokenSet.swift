//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// The tokens of which every call must carry one, and whose they are.
///
/// All copies share the tokens, so that ``replace(with:)`` reaches every event loop at once, and no connection is touched.
/// A comparison takes the same time whatever the bytes are: it depends on the number and the lengths of the tokens that
/// the daemon holds, and on nothing that a caller could learn them from.
package struct TokenSet: Sendable {
    /// A token, and who shows it.
    package struct Entry: Sendable, Hashable {
        package var token: [UInt8]
        /// nil where nobody is named.
        package var name: String?
        package var roles: Caller.Roles

        package init(token: [UInt8], name: String? = nil, roles: Caller.Roles = .ask) {
            self.token = token
            self.name = name
            self.roles = roles
        }
    }

    private struct State {
        var entries: [(token: [UInt8], caller: Caller)] = []
        /// By number; the first is that of nobody. Names stay when their tokens go: what they did stays counted.
        var names: [String?] = [nil]
        var namesRoles = false

        init(_ entries: [Entry]) { self.take(entries) }

        mutating func take(_ entries: [Entry]) {
            self.entries = []
            self.namesRoles = false
            for entry in entries {
                let caller = Caller(name: entry.name, roles: entry.roles, number: self.number(of: entry.name))
                self.entries.append((entry.token, caller))
                self.namesRoles = self.namesRoles || entry.name != nil
            }
        }

        /// The name's number. Names beyond ``TokenSet/maximumNames`` are counted as nobody's.
        private mutating func number(of name: String?) -> Caller.Number {
            guard let name else { return .unnamed }
            if let known = self.names.firstIndex(of: name) { return Caller.Number(rawValue: UInt16(known)) }
            guard self.names.count <= TokenSet.maximumNames else { return .unnamed }
            self.names.append(name)
            return Caller.Number(rawValue: UInt16(self.names.count - 1))
        }
    }

    private final class Shared: Sendable {
        let state: Mutex<State>

        init(_ entries: [Entry]) { self.state = Mutex(State(entries)) }
    }

    /// The most names whose calls are counted apart, over all files that a daemon has read.
    package static let maximumNames = 1024

    /// None where nothing is asked for; that cannot change, so a daemon without tokens takes no lock.
    private let shared: Shared?

    /// No token: nothing is asked for.
    package init() {
        self.shared = nil
    }

    /// Takes these tokens, which are nobody's by name.
    package init(_ tokens: [[UInt8]]) {
        self.init(tokens.map { Entry(token: $0) })
    }

    /// Takes these tokens.
    package init(_ entries: [Entry]) {
        self.shared = entries.isEmpty ? nil : Shared(entries)
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { self.shared == nil }

    /// Puts other tokens in place of the present ones: calls that come from now on must carry one of them, on whichever
    /// connection. Nothing happens where none were asked for, or none is given.
    package func replace(with other: TokenSet) {
        guard let shared = self.shared, let entries = other.shared?.state.withLock({ $0.entries }) else { return }
        shared.state.withLock { state in
            state.take(entries.map { Entry(token: $0.token, name: $0.caller.name, roles: $0.caller.roles) })
        }
    }

    /// Whether `credential` is one of the tokens, or no token is asked for.
    package func admits(_ credential: UnsafeRawBufferPointer) -> Bool {
        self.caller(credential) != nil
    }

    /// Whose token `credential` is; ``Caller/anyone`` where no token is asked for, nil where it is none.
    package func caller(_ credential: UnsafeRawBufferPointer) -> Caller? {
        guard let shared = self.shared else { return .anyone }
        let entries = shared.state.withLock { $0.entries }
        var found: Int?
        for index in entries.indices {
            let same = Self.isEqual(entries[index].token, credential)
            // No early return: that would tell which token was it.
            found = same ? index : found
        }
        return found.map { entries[$0].caller }
    }

    /// Whether who calls may read the daemon's counters: an agency and whoever runs the daemon, or anybody with a token where
    /// no token has a name and a role.
    package func maySeeCounters(_ caller: Caller) -> Bool {
        guard let shared = self.shared, shared.state.withLock({ $0.namesRoles }) else { return true }
        return !caller.roles.isDisjoint(with: [.agency, .operate])
    }

    /// The names that tokens have or had, by number.
    package var names: [(number: Caller.Number, name: String)] {
        guard let names = self.shared?.state.withLock({ $0.names }) else { return [] }
        return names.enumerated().compactMap { index, name in
            name.map { (Caller.Number(rawValue: UInt16(index)), $0) }
        }
    }

    /// The name that the number is of; nil where there is none.
    package func name(of number: Caller.Number) -> String? {
        guard let names = self.shared?.state.withLock({ $0.names }), Int(number.rawValue) < names.count else {
            return nil
        }
        return names[Int(number.rawValue)]
    }

    private static func isEqual(_ token: [UInt8], _ credential: UnsafeRawBufferPointer) -> Bool {
        var difference = UInt64(truncatingIfNeeded: token.count ^ credential.count)
        for index in token.indices {
            let other = index < credential.count ? credential[index] : 0
            difference |= UInt64(token[index] ^ other)
        }
        return difference == 0
    }
}
