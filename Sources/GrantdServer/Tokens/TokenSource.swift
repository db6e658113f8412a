//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
package import Logging

/// The file that the daemon's tokens come from, and the tokens that are served.
package struct TokenSource: Sendable {
    private let path: String
    /// What is served; ``reload(logger:)`` changes it for all who hold a copy.
    package let tokens: TokenSet

    /// Reads the file, and warns where others can read it.
    ///
    /// - Throws: `ServerStartError` where it cannot be read or is no token file.
    package init(path: String, logger: Logger) throws(ServerStartError) {
        self.path = path
        self.tokens = try Self.read(path, logger)
    }

    /// Reads the file anew. Its tokens hold from the next call on, on connections that stand too; a file that is not as
    /// it should be changes nothing.
    ///
    /// - Returns: whether it is as it should be.
    @discardableResult
    package func reload(logger: Logger) -> Bool {
        do throws(ServerStartError) {
            self.tokens.replace(with: try Self.read(self.path, logger))
            logger.info("tokens loaded anew")
            return true
        } catch {
            logger.error("tokens not loaded anew: those served before stay", metadata: ["problem": "\(error.message)"])
            return false
        }
    }

    private static func read(_ path: String, _ logger: Logger) throws(ServerStartError) -> TokenSet {
        let (bytes, isOpenToOthers) = try SmallFile.readSecret(path)
        let tokens: TokenSet
        do throws(ServerStartError) {
            tokens = try TokenSet.parse(bytes)
        } catch {
            throw ServerStartError(code: error.code, message: "\(path): \(error.message)")
        }
        if isOpenToOthers {
            logger.warning(
                "others than its owner can read or write the token file; chmod 600 keeps it to its owner",
                metadata: ["file": "\(path)"]
            )
        }
        return tokens
    }
}
