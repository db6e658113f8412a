//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// A file of worked cases: `NAME.cases.jsonl`, one JSON object a line, or `NAME.cases.yaml`, a list of them.
package struct PolicyCaseFile: Sendable {
    /// The endings of a case file's name.
    package static let endings = [".cases.jsonl", ".cases.yaml"]

    package let name: String
    package let cases: [PolicyCase]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - name: Its name, for messages; `.yaml` at its end makes it YAML.
    ///   - bytes: What it holds.
    ///   - fields: What an expectation may name, and how it is written; `nil` takes anything.
    /// - Throws: ``CaseDiagnostics`` with everything that is wrong.
    package init(name: String, bytes: [UInt8], fields: AssessmentFields? = nil) throws(CaseDiagnostics) {
        var diagnostics: [CaseDiagnostic] = []
        let nodes =
            name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            ? Self.yaml(name, bytes, &diagnostics) : Self.lines(name, bytes, &diagnostics)
        let reader = PolicyCaseReader(file: name, fields: fields)
        var cases: [PolicyCase] = []
        var lines: [String: Int] = [:]
        for node in nodes {
            guard let item = reader.read(node, &diagnostics) else { continue }
            if let first = lines.updateValue(item.line, forKey: item.id) {
                diagnostics.append(
                    CaseDiagnostic(
                        file: name,
                        line: item.line,
                        Text(
                            zh: "编号“\(item.id)”已用于第 \(first) 行的用例",
                            en: "the id \"\(item.id)\" is taken by the case on line \(first)"
                        )
                    )
                )
            }
            cases.append(item)
        }
        if diagnostics.isEmpty, cases.isEmpty {
            diagnostics.append(CaseDiagnostic(file: name, line: 0, Text(zh: "文件中没有用例", en: "the file holds no case")))
        }
        guard diagnostics.isEmpty else { throw CaseDiagnostics(diagnostics) }
        self.name = name
        self.cases = cases
    }

    private static func lines(_ name: String, _ bytes: [UInt8], _ diagnostics: inout [CaseDiagnostic]) -> [CaseNode] {
        var nodes: [CaseNode] = []
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            do throws(CaseJSON.Fault) {
                nodes.append(try CaseJSON.read(line, line: index + 1))
            } catch {
                diagnostics.append(
                    CaseDiagnostic(
                        file: name,
                        line: index + 1,
                        Text(
                            zh: "不是有效的 JSON，第 \(error.column) 字节：\(error.message.zh)",
                            en: "not valid JSON at byte \(error.column): \(error.message.en)"
                        )
                    )
                )
            }
        }
        return nodes
    }

    private static func yaml(_ name: String, _ bytes: [UInt8], _ diagnostics: inout [CaseDiagnostic]) -> [CaseNode] {
        do throws(PolicyDiagnostics) {
            let root = CaseYAML.node(try YAMLNode.document(bytes, name: name))
            if let entries = root.entries { return entries }
            diagnostics.append(
                CaseDiagnostic(
                    file: name,
                    line: root.line,
                    Text(zh: "用例文件应为清单：每个用例以“- id:”开头", en: "a case file is a list: each case begins with \"- id:\"")
                )
            )
        } catch {
            diagnostics += error.list.map { CaseDiagnostic(file: name, line: $0.line, $0.caseMessage) }
        }
        return []
    }
}

/// Everything that is wrong with case files.
package struct CaseDiagnostics: Error, Sendable {
    package let list: [CaseDiagnostic]

    package init(_ diagnostics: [CaseDiagnostic]) { self.list = diagnostics }
}

extension PolicyDiagnostic {
    /// What is wrong, for a case file's problem.
    fileprivate var caseMessage: Text { self.message }
}
