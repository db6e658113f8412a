//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Measures: each is a message, and a member of `Application.facts`.
extension FactsChecker {
    func declare(
        _ measure: MeasureDraft,
        _ id: Located<String>,
        in programmeScope: Scope,
        _ taken: inout [Int64: (id: String, line: Int)],
        _ reserved: Set<Int64>
    ) {
        let fullID = "\(self.draft.id?.value ?? "").\(id.value)"
        let member = Identifier.member(ofMeasure: fullID)
        let fullName = "\(self.package).\(Identifier.camel(member))Facts"
        var scope = programmeScope
        let enumerations = self.ownTypes(measure.types, of: fullName, alias: nil, in: &scope)
        var message = FactsSchema.Message(
            fullName: fullName,
            fields: [],
            enumerations: enumerations,
            messages: [],
            reserved: [],
            position: id.position
        )
        self.checkValueNames(message, at: measure.position)
        var whole: [(FactDraft, FactDraft)] = []
        var byPath: [String: FactDraft] = [:]
        for fact in measure.facts {
            let path = fact.path.value
            if self.isFieldElsewhere(fact) {
                byPath[path] = fact
                continue
            }
            guard let other = self.shared[path] else {
                if !fact.isDescribed { self.addUndescribed(fact.path) }
                byPath[path] = fact
                whole.append((fact, fact))
                continue
            }
            let completed = fact.completed(by: other)
            byPath[path] = completed
            whole.append((fact, completed))
        }
        let entryFacts = self.declareFields(whole, reserved: measure.reserved, in: scope, &message)
        // A measure may word a fact of an entry in its own way.
        for (path, fact) in entryFacts {
            byPath[path] = byPath[path]?.completed(by: fact) ?? fact
        }
        self.measureFacts[id.value] = byPath
        let number = self.memberNumber(of: measure, id, &taken, reserved)
        self.messages.append(message)
        self.members.append(
            FactsSchema.Member(
                measure: id.value,
                name: member,
                number: number,
                messageName: fullName,
                title: measure.title,
                clause: measure.clause,
                position: measure.number?.position ?? id.position
            )
        )
    }

    /// The number of a measure's member. One that is wrong is told and replaced, so that the measure is checked all the same.
    func memberNumber(
        of measure: MeasureDraft,
        _ id: Located<String>,
        _ taken: inout [Int64: (id: String, line: Int)],
        _ reserved: Set<Int64>
    ) -> UInt32 {
        guard let number = measure.number else {
            self.diagnostics.add(
                .missingKey,
                at: id.position,
                Text(
                    zh: "措施须有“number”：它在 Application.facts 中的字段编号，自 \(Self.firstOwnNumber) 起",
                    en:
                        "a measure needs the key \"number\", its field of Application.facts, from \(Self.firstOwnNumber) on"
                )
            )
            return self.standIn()
        }
        guard self.isNumber(number, "number") else { return self.standIn() }
        if let other = taken[number.value] {
            self.diagnostics.add(
                .duplicateNumber,
                at: number.position,
                Text(
                    zh: "编号 \(number.value) 已属于第 \(other.line) 行的措施“\(other.id)”",
                    en:
                        "the number \(number.value) is that of the measure \"\(other.id)\" on line \(other.line) already"
                )
            )
            return self.standIn()
        }
        if self.isReserved(number, reserved) { return self.standIn() }
        if number.value < Self.firstOwnNumber, !self.isBuiltIn {
            self.diagnostics.add(
                .badNumber,
                at: number.position,
                Text(
                    zh: "\(Self.firstOwnNumber) 以下的编号属于内置项目；请取 \(Self.firstOwnNumber) 及以上的编号，而非 \(number.value)",
                    en: "numbers below \(Self.firstOwnNumber) are the built-in programmes'; take one from "
                        + "\(Self.firstOwnNumber) on, not \(number.value)"
                )
            )
            return self.standIn()
        }
        taken[number.value] = (id.value, number.position.line)
        return UInt32(number.value)
    }

    /// Whether a number is one of those that are not to be used again; told.
    func isReserved(_ number: Located<Int64>, _ reserved: Set<Int64>) -> Bool {
        guard reserved.contains(number.value) else { return false }
        self.diagnostics.add(
            .duplicateNumber,
            at: number.position,
            Text(
                zh: "编号 \(number.value) 已列入 reserved，不得再用",
                en: "the number \(number.value) is reserved, and is not to be used again"
            )
        )
        return true
    }

    /// A number that no file can give, for what has a wrong one: the file is refused in any case.
    func standIn() -> UInt32 {
        self.standIns += 1
        return UInt32(Self.largestNumber) + self.standIns
    }

    func addUndescribed(_ path: Located<String>) {
        let names = self.shared.keys.sorted()
        let hint = self.diagnostics.suggestion(for: path.value, among: names)
        self.diagnostics.add(
            .undescribedFact,
            at: path.position,
            Text(
                zh: "文件的 facts 没有描述“\(path.value)”；请在此写明 number、type、label 和 question\(hint.zh)",
                en:
                    "the file's facts do not describe \"\(path.value)\"; write number, type, label and question here\(hint.en)"
            )
        )
    }
}
