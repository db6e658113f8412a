//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import FoundationEssentials
internal import GrantdWire

extension GrantdClientConfiguration {
    /// Reads a token file as the daemon reads it, and gives its first token.
    ///
    /// A line is a token, of visible ASCII and at most 4,096 bytes, or `NAME [ROLE,…]: TOKEN`; spaces and tabs at the ends of a line, empty lines and lines
    /// that begin with `#` are passed over, and so is a UTF-8 byte order mark.
    ///
    /// - Parameter path: The file's path.
    /// - Returns: What ``token`` is to be.
    /// - Throws: ``GrantdClientError/Code/invalidTokenFile``, with the line that is wrong; no token is quoted.
    public static func token(inFile path: String) throws(GrantdClientError) -> String {
        let file: [UInt8]
        do {
            file = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw GrantdClientError(code: .invalidTokenFile, message: "\(path) cannot be read", cause: error)
        }
        do throws(TokenFile.Fault) {
            return String(decoding: try TokenFile.tokens(file).first ?? [], as: UTF8.self)
        } catch {
            throw GrantdClientError(code: .invalidTokenFile, message: "\(path): \(error)", cause: error)
        }
    }
}
