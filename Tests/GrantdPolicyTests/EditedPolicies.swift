//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The built-in policies with pieces of a file's text put in place of others.
enum EditedPolicies {
    /// The award of `medical-device.common-platform` as the file has it.
    static let platformAward = """
              - base: facts.engineering_investment_fen
              - rate: 30%
              - cap: subject

          - id: innovation-centre
        """

    /// The policies with other steps, one a line, for the award of `medical-device.common-platform`.
    static func platform(award steps: String...) throws -> PolicySet {
        let lines = steps.map { "      - \($0)\n" }.joined()
        return try self.load("medical-device", [(self.platformAward, lines + "\n  - id: innovation-centre")])
    }

    static func load(_ programme: String, _ edits: [(old: String, new: String)]) throws -> PolicySet {
        let files = try PolicySet.builtInFiles().map { file -> PolicyFile in
            guard file.name == programme + ".yaml" else { return file }
            var text = String(decoding: file.bytes, as: UTF8.self)
            for edit in edits {
                let range = try #require(text.range(of: edit.old), "\(file.name) has no \(edit.old)")
                text.replaceSubrange(range, with: edit.new)
            }
            return (file.name, Array(text.utf8))
        }
        return try PolicyLoader.load(files: files).get()
    }
}
