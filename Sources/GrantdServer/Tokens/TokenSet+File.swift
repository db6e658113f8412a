//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
internal import GrantdWire

extension TokenSet {
    /// Reads a token file by the rule of `TokenFile`.
    ///
    /// - Parameter text: the file's bytes.
    /// - Returns: the tokens, at least one.
    /// - Throws: `ServerStartError` with code `.tokens`; no token is quoted.
    package static func parse(_ text: [UInt8]) throws(ServerStartError) -> TokenSet {
        let entries: [TokenFile.Entry]
        do throws(TokenFile.Fault) {
            entries = try TokenFile.entries(text)
        } catch {
            throw ServerStartError(code: .tokens, message: "\(error)")
        }
        var lines: [[UInt8]: Int] = [:]
        for entry in entries {
            // Nobody could tell whose call it is.
            if let line = lines.updateValue(entry.line, forKey: entry.token) {
                throw ServerStartError(
                    code: .tokens,
                    message:
                        "line \(entry.line) of the token file: its token stands on line \(line) too; give each its own"
                )
            }
        }
        return TokenSet(entries.map { Entry(token: $0.token, name: $0.name, roles: Caller.Roles($0.roles)) })
    }
}

extension Caller.Roles {
    fileprivate init(_ roles: [TokenFile.Role]) {
        self = []
        for role in roles {
            switch role {
            case .ask: self.insert(.ask)
            case .agency: self.insert(.agency)
            case .operate: self.insert(.operate)
            }
        }
    }
}
