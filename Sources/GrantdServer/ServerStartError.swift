//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a server cannot start or cannot go on. Its message says what is wrong and what would be right, and holds no
/// secret.
package struct ServerStartError: Error, Sendable, CustomStringConvertible {
    /// The kind of trouble.
    package struct Code: Sendable, Hashable {
        private enum Kind { case address, tokens, tls, exposure, policies, files, twice }
        private let kind: Kind

        /// The address cannot be listened on: in use, not of this machine, not allowed.
        package static let address = Code(kind: .address)
        /// The token file is not as it should be.
        package static let tokens = Code(kind: .tokens)
        /// The certificate or its key is not as it should be.
        package static let tls = Code(kind: .tls)
        /// The address can be reached from elsewhere and nothing protects it.
        package static let exposure = Code(kind: .exposure)
        /// The policies are not as they should be.
        package static let policies = Code(kind: .policies)
        /// A file or directory cannot be read.
        package static let files = Code(kind: .files)
        /// The server was started before.
        package static let twice = Code(kind: .twice)
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
