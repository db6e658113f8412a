//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CGrantdPolicies

extension DocumentRegister {
    /// The register that the program carries within itself, read once.
    ///
    /// A file that does not read as it should gives a register without a document; a test keeps the file right.
    package static let builtIn = (try? DocumentRegister.loadBuiltIn()) ?? DocumentRegister(documents: [], ended: [])

    /// Reads the register that the program carries within itself.
    ///
    /// - Throws: ``PolicyProblems``, if the file does not fit the policies that are built in with it.
    package static func loadBuiltIn() throws(PolicyProblems) -> DocumentRegister {
        let file = grantd_document_register()
        let text = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
        let programmes = PolicySet.builtInFiles().map { String($0.name.dropLast(".yaml".count)) }
        return try DocumentRegisterFile(text, name: "documents.yaml").register(programmes: Set(programmes))
    }
}
