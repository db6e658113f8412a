//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension FactsSchema {
    /// What a file declares of facts, its rules aside: an earlier file need not be fit to be served any more.
    ///
    /// - Parameter builtIn: The ids of the programmes whose measures may have the numbers of built-in ones.
    /// - Returns: The facts, or every problem on the way to them.
    package static func read(_ file: PolicyFile, builtIn: Set<String>) -> Result<FactsSchema, PolicyDiagnostics> {
        func failure(_ code: PolicyDiagnostic.Code, _ message: Text) -> Result<FactsSchema, PolicyDiagnostics> {
            .failure(
                PolicyDiagnostics([
                    PolicyDiagnostic(file: file.name, line: 0, column: 0, code: code, message: message, sourceLine: "")
                ])
            )
        }
        guard file.bytes.count <= LoaderLimits.fileBytes else {
            return failure(
                .tooLarge,
                Text(
                    zh: "文件超过 \(LoaderLimits.fileBytes) 字节",
                    en: "the file is larger than \(LoaderLimits.fileBytes) bytes"
                )
            )
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            return failure(.encoding, Text(zh: "文件不是 UTF-8 编码", en: "the file is not UTF-8"))
        }
        let source = SourceText(text)
        let diagnostics = DiagnosticCollector(file: file.name, source: source, cancellation: nil)
        var schema: FactsSchema?
        if let node = YAMLReader(source: source, diagnostics: diagnostics).read(),
            let draft = DraftReader(diagnostics: diagnostics).programme(node)
        {
            schema = FactsChecker(draft, isBuiltIn: builtIn.contains(draft.id?.value ?? ""), diagnostics).schema()
        }
        guard diagnostics.isEmpty, !diagnostics.isFull, let schema else {
            return .failure(PolicyDiagnostics(diagnostics.sorted()))
        }
        return .success(schema)
    }
}
