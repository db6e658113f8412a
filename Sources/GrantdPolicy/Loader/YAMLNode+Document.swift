//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension YAMLNode {
    /// Reads a document that is no policy file but obeys the same rules: no anchors, no aliases, no key twice.
    ///
    /// - Parameters:
    ///   - bytes: The text, in UTF-8.
    ///   - name: Its name, for messages.
    /// - Throws: ``PolicyDiagnostics`` with every problem of the text.
    package static func document(_ bytes: [UInt8], name: String) throws(PolicyDiagnostics) -> YAMLNode {
        let source = SourceText(String(decoding: bytes, as: UTF8.self))
        let diagnostics = DiagnosticCollector(file: name, source: source)
        let root = YAMLReader(source: source, diagnostics: diagnostics).read()
        guard diagnostics.isEmpty, let root else { throw PolicyDiagnostics(diagnostics.sorted()) }
        return root
    }
}
