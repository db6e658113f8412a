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
        do throws(TokenFile.Problem) {
            return TokenSet(try TokenFile.tokens(text))
        } catch {
            throw ServerStartError(code: .tokens, message: "\(error)")
        }
    }
}
