//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdCEL

/// The file of the documents: those that the gazettes print, then those that they end.
///
/// No number stands there twice. A document names the programme that holds its measures, which no other document names,
/// or says why there are none. A document that has ended names the document of the file that ends it.
package struct DocumentRegisterFile {
    /// What was read so far.
    private struct Found {
        var documents: [DocumentRegister.Document] = []
        var ended: [DocumentRegister.Ended] = []
        /// The line of each number.
        var lines: [String: Int] = [:]
        /// What those that have ended need to know of the documents, of faulty ones too.
        var printed: [String: (issued: (days: Int64, text: String)?, gazette: String?)] = [:]
        /// The programmes that documents have named.
        var programmes: Set<String> = []
    }

    private let source: SourceText
    private let diagnostics: DiagnosticCollector
    private let reader: DraftReader

    /// Takes a file's text; `name` is for messages.
    package init(_ text: String, name: String) {
        self.source = SourceText(text)
        self.diagnostics = DiagnosticCollector(file: name, source: self.source)
        self.reader = DraftReader(diagnostics: self.diagnostics)
    }

    /// The register.
    ///
    /// - Parameter programmes: The ids that a document may name.
    /// - Throws: ``PolicyDiagnostics`` with every problem of the file.
    package func register(programmes: Set<String>) throws(PolicyDiagnostics) -> DocumentRegister {
        var found = Found()
        if let node = YAMLReader(source: self.source, diagnostics: self.diagnostics).read(),
            let group = self.reader.group(node, "the file", keys: ["documents", "repealed"])
        {
            let documents = self.reader.required("documents", of: group).map { self.reader.list($0, "documents") }
            for entry in documents ?? [] { self.readDocument(entry, programmes, into: &found) }
            let ended = self.reader.required("repealed", of: group).map { self.reader.list($0, "repealed") }
            for entry in ended ?? [] { self.readEnded(entry, into: &found) }
        }
        guard self.diagnostics.isEmpty else { throw PolicyDiagnostics(self.diagnostics.sorted()) }
        return DocumentRegister(documents: found.documents, ended: found.ended)
    }

    // MARK: - Documents

    private func readDocument(_ node: YAMLNode, _ programmes: Set<String>, into found: inout Found) {
        let keys = ["number", "title", "issuer", "issued", "gazette", "in_force", "programme", "reason"]
        guard let group = self.reader.group(node, "a document", keys: keys) else { return }
        let number = self.number(of: group, into: &found)
        let title = self.reader.required("title", of: group).flatMap { self.reader.text($0, "title") }
        let issuer = self.reader.required("issuer", of: group).flatMap { self.reader.text($0, "issuer") }
        let issued = self.reader.required("issued", of: group).flatMap { self.reader.date($0, "issued") }
        let gazette = self.reader.required("gazette", of: group).flatMap { self.reader.string($0, "gazette") }
        let inForce = self.reader.required("in_force", of: group).flatMap { self.reader.interval($0) }
        let measures = self.measures(of: group, programmes, into: &found)
        if let issued, let inForce, inForce.from < issued.days {
            let message = Text(
                zh: "施行首日 \(inForce.fromText) 早于印发日 \(issued.text)",
                en: "the first day in force, \(inForce.fromText), comes before the day of issue, \(issued.text)"
            )
            self.diagnostics.add(.badInterval, at: group["in_force"]?.position ?? group.position, message)
        }
        guard let number else { return }
        found.printed[number] = (issued, gazette)
        guard let title, let issuer, let issued, let gazette, let inForce, let measures else { return }
        found.documents.append(
            DocumentRegister.Document(
                number: number,
                title: title,
                issuer: issuer,
                issued: issued.text,
                gazette: gazette,
                inForce: inForce,
                measures: measures
            )
        )
    }

    private func number(of group: Group, into found: inout Found) -> String? {
        guard let node = self.reader.required("number", of: group), let number = self.reader.string(node, "number")
        else { return nil }
        if let line = found.lines[number] {
            let message = Text(
                zh: "文件“\(number)”已写在第 \(line) 行",
                en: "the document \"\(number)\" is written down already, on line \(line)"
            )
            self.diagnostics.add(.duplicateID, at: node.position, message)
        } else {
            found.lines[number] = node.position.line
        }
        return number
    }

    private func measures(
        of group: Group,
        _ programmes: Set<String>,
        into found: inout Found
    ) -> DocumentRegister.Measures? {
        guard let node = self.reader.required("programme", of: group) else { return nil }
        guard node.scalar != "none" else {
            guard let reason = self.reader.required("reason", of: group).flatMap({ self.reader.text($0, "reason") })
            else { return nil }
            return .absent(reason: reason)
        }
        if let reason = group.values["reason"] {
            let message = Text(
                zh: "“reason”只与“programme: none”同用；这份文件有项目",
                en: "\"reason\" goes with \"programme: none\"; this document has a programme"
            )
            self.diagnostics.add(.unknownKey, at: reason.key, message)
        }
        guard let id = self.reader.id(node, "a programme") else { return nil }
        guard programmes.contains(id.value) else {
            let hint = self.diagnostics.suggestion(for: id.value, among: programmes.sorted())
            let message = Text(
                zh: "没有政策文件写有项目“\(id.value)”\(hint.zh)",
                en: "no policy file holds a programme \"\(id.value)\"\(hint.en)"
            )
            self.diagnostics.add(.unknownProgramme, at: id.position, message)
            return nil
        }
        if !found.programmes.insert(id.value).inserted {
            let message = Text(
                zh: "项目“\(id.value)”已属另一份文件；一个项目对应一份文件",
                en: "the programme \"\(id.value)\" is another document's already; a programme is one document"
            )
            self.diagnostics.add(.duplicateID, at: id.position, message)
        }
        return .programme(id.value)
    }

    // MARK: - Documents that have ended

    private func readEnded(_ node: YAMLNode, into found: inout Found) {
        let keys = ["number", "title", "not_in_force_from", "by"]
        guard let group = self.reader.group(node, "a repealed document", keys: keys) else { return }
        let number = self.number(of: group, into: &found)
        let title = self.reader.required("title", of: group).flatMap { self.reader.text($0, "title") }
        let endNode = self.reader.required("not_in_force_from", of: group)
        let end = endNode.flatMap { self.reader.date($0, "not_in_force_from") }
        let byNode = self.reader.required("by", of: group)
        guard let byNode, let by = self.reader.string(byNode, "by") else { return }
        guard let printed = found.printed[by] else {
            let hint = self.diagnostics.suggestion(for: by, among: found.printed.keys.sorted())
            let message = Text(
                zh: "“documents”中没有文件“\(by)”\(hint.zh)",
                en: "\"documents\" has no document \"\(by)\"\(hint.en)"
            )
            self.diagnostics.add(.unknownDocument, at: byNode.position, message)
            return
        }
        guard let endNode, let end else { return }
        if let issued = printed.issued, end.days < issued.days {
            let message = Text(
                zh: "文件于 \(end.text) 失效，早于 \(by) 的印发日 \(issued.text)",
                en: "the document ends on \(end.text), before \(by) is issued, on \(issued.text)"
            )
            self.diagnostics.add(.badInterval, at: endNode.position, message)
        }
        guard let last = CivilDate(days: end.days - 1) else {
            self.diagnostics.add(
                .badDate,
                at: endNode.position,
                Text(zh: "\(end.text) 之前没有日期", en: "there is no day before \(end.text)")
            )
            return
        }
        guard let number, let title, let gazette = printed.gazette else { return }
        found.ended.append(
            DocumentRegister.Ended(
                number: number,
                title: title,
                lastDay: last.days,
                lastDayText: last.description,
                endedBy: by,
                gazette: gazette
            )
        )
    }
}
