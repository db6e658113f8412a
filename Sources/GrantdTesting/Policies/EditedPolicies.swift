//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy

/// The built-in policies with pieces of a file's text put in place of others.
package enum EditedPolicies {
    /// The award of `medical-device.common-platform` as the file has it.
    package static let platformAward = """
              - base: facts.engineering_investment_fen
              - rate: 30%
              - cap: subject

          - id: innovation-centre
        """

    /// The policies with other steps, one a line, for the award of `medical-device.common-platform`.
    package static func platform(award steps: String...) throws -> PolicySet {
        let lines = steps.map { "      - \($0)\n" }.joined()
        return try self.load("medical-device", [(self.platformAward, lines + "\n  - id: innovation-centre")])
    }

    package static func load(_ programme: String, _ edits: [(old: String, new: String)]) throws -> PolicySet {
        let files = try PolicySet.builtInFiles().map { file -> PolicyFile in
            guard file.name == programme + ".yaml" else { return file }
            var text = String(decoding: file.bytes, as: UTF8.self)
            try text.replaceFirst(edits, of: file.name)
            return (file.name, Array(text.utf8))
        }
        return try PolicyLoader.load(files: files).get()
    }
}
