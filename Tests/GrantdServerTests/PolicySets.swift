//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdPolicy
internal import Logging
internal import Testing

/// What servers under test are made with.
enum PolicySets {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func builtIn() throws -> CompiledPolicies { CompiledPolicies(try PolicySet.builtIn()) }

    static func contract() throws -> HTTPContract { HTTPContract(try self.builtIn()) }

    /// The built-in policies with another sum for `ai-application.general-agent`, which ``Samples`` ask for.
    static func edited() throws -> CompiledPolicies {
        let files = try PolicySet.builtInFiles().map { file -> PolicyFile in
            guard file.name == "ai-application.yaml" else { return file }
            let text = String(decoding: file.bytes, as: UTF8.self)
            let edited = text.replacing("30,000,000 yuan", with: "20,000,000 yuan")
            try #require(edited != text)
            return (file.name, Array(edited.utf8))
        }
        return CompiledPolicies(try PolicyLoader.load(files: files).get())
    }
}
