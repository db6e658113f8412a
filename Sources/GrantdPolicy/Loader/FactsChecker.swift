//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks what a file declares of facts: names, numbers, types. Every problem is reported, and what could be read is kept.
final class FactsChecker {
    /// Members from here on are an agency's own; those below are the built-in programmes'.
    static let firstOwnNumber: Int64 = 10_000
    /// protobuf's largest field number.
    static let largestNumber: Int64 = (1 << 29) - 1
    /// protobuf keeps these for itself.
    static let protobufsOwn: ClosedRange<Int64> = 19_000...19_999
    /// No list on the wire has more entries.
    static let longestList: Int64 = 10_000

    let diagnostics: DiagnosticCollector
    let draft: ProgrammeDraft
    let isBuiltIn: Bool
    let package: String
    /// In front of the names of the programme's messages: `GreenFactory`.
    let prefix: String
    let shared: [String: FactDraft]
    var messages: [FactsSchema.Message] = []
    var members: [FactsSchema.Member] = []
    var aliases: [String: String] = [:]
    var measureFacts: [String: [String: FactDraft]] = [:]
    var usedTypes: Set<String> = []
    var standIns: UInt32 = 0

    /// - Parameter isBuiltIn: Whether the programme may have members below ``firstOwnNumber``.
    init(_ draft: ProgrammeDraft, isBuiltIn: Bool, _ diagnostics: DiagnosticCollector) {
        self.draft = draft
        self.isBuiltIn = isBuiltIn
        self.diagnostics = diagnostics
        self.package =
            Self.isPackage(draft.package?.value ?? "") ? draft.package?.value ?? "" : FactsSchema.contractPackage
        self.prefix = Identifier.camel(draft.id?.value ?? "")
        self.shared = FactDraft.byPath(draft.facts)
    }

    /// What the file declares; `nil` where it has no id.
    func schema() -> FactsSchema? {
        guard let id = draft.id?.value else { return nil }
        if let package = self.draft.package, !Self.isPackage(package.value) {
            self.diagnostics.add(
                .badName,
                at: package.position,
                Text(
                    zh: "“\(package.value)”不是包名；应为以点分隔的小写字母、数字和下划线，例如 cityx.v1",
                    en:
                        "\"\(package.value)\" is no package; it is lower-case letters, digits and _ parted by dots: cityx.v1"
                )
            )
        }
        let programmeScope = self.programmeTypes()
        self.checkShared()
        var taken: [Int64: (id: String, line: Int)] = [:]
        var reserved: Set<Int64> = []
        for number in self.draft.reserved where self.isNumber(number, "reserved") { reserved.insert(number.value) }
        var seen: Set<String> = []
        for measure in self.draft.measures {
            // A second entry of one id is another version, or an error that is told elsewhere.
            guard let id = measure.id, seen.insert(id.value).inserted else { continue }
            self.declare(measure, id, in: programmeScope, &taken, reserved)
        }
        self.checkTypesAreUsed()
        return FactsSchema(
            programme: id,
            documentNumber: self.draft.documentNumber,
            title: self.draft.title,
            package: self.package,
            messages: self.messages,
            members: self.members,
            reserved: reserved.sorted().map { UInt32($0) },
            aliases: self.aliases,
            position: self.draft.id?.position ?? self.draft.position
        )
    }

    /// The descriptions of a measure's facts by path, those of the entries of its lists included.
    func facts(ofMeasure id: String) -> [String: FactDraft] { self.measureFacts[id] ?? [:] }
}
