//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds what a client that was made from earlier files would misread in those that are to be served.
struct FactsCompatibility {
    /// A part of a file with what it belongs to.
    private struct Held<Part> {
        let part: Part
        let programme: Int
    }

    /// A number inside a message.
    private struct Place: Hashable {
        let message: String
        let number: UInt32
    }

    private let programmes: [Programme]
    private var sources: [Int: SourceText] = [:]
    /// By id.
    private var byID: [String: Int] = [:]
    private var membersByNumber: [UInt32: Held<FactsSchema.Member>] = [:]
    /// By the measure's full id.
    private var membersByMeasure: [String: Held<FactsSchema.Member>] = [:]
    private var messages: [String: Held<FactsSchema.Message>] = [:]
    private var enumerations: [String: Held<FactsSchema.Enumeration>] = [:]
    private var fieldsByNumber: [Place: FactsSchema.Field] = [:]
    private var fieldsByName: [String: FactsSchema.Field] = [:]
    /// Numbers that were told to be missing; a message's name is empty for those of measures.
    private var missing: Set<Place> = []
    private var found: Set<PolicyDiagnostic> = []

    init(_ programmes: [Programme]) {
        self.programmes = programmes
        for (index, programme) in programmes.enumerated() {
            let schema = programme.facts
            self.byID[programme.id] = index
            for member in schema.members {
                let held = Held(part: member, programme: index)
                self.membersByNumber[member.number] = held
                self.membersByMeasure["\(programme.id).\(member.measure)"] = held
            }
            for message in schema.allMessages {
                self.messages[message.fullName] = Held(part: message, programme: index)
                for enumeration in message.enumerations {
                    self.enumerations[enumeration.fullName] = Held(part: enumeration, programme: index)
                }
                for field in message.fields {
                    self.fieldsByNumber[Place(message: message.fullName, number: field.number)] = field
                    self.fieldsByName["\(message.fullName).\(field.name)"] = field
                }
            }
        }
    }

    /// By file in the order of the programmes, then by place.
    func sorted() -> [PolicyDiagnostic] {
        let order = Dictionary(
            self.programmes.enumerated().map { ($0.element.fileName, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        return self.found.sorted {
            (order[$0.file] ?? 0, $0.line, $0.column, $0.message.en)
                < (order[$1.file] ?? 0, $1.line, $1.column, $1.message.en)
        }
    }

    /// Compares what a number has stood for with what it stands for now.
    ///
    /// - Parameter ledger: All that is known of numbers: one that is reserved may come back as what it was.
    mutating func compare(_ record: NumberRecord, with ledger: ContractLedger) {
        switch record.meaning {
        case .measure(let id, let message): self.compare(record, measure: id, message)
        case .fact(let message, let name, let type): self.compare(record.number, in: message, fact: name, type)
        case .value(let enumeration, let name): self.compare(record.number, in: enumeration, value: name)
        case .reservedMeasure: self.compareReserved(record, ledger)
        case .reservedFact(let message): self.compareReserved(record, in: message, ledger)
        }
    }

    // MARK: - Measures

    private mutating func compare(_ record: NumberRecord, measure: String, _ message: String) {
        let number = record.number
        let fullID = "\(record.programme).\(measure)"
        let holder = self.membersByNumber[number]
        let now = self.membersByMeasure[fullID]
        if let holder, self.fullID(holder) != fullID {
            self.report(
                .reusedNumber,
                holder.part.position,
                holder.programme,
                Text(
                    zh: "编号 \(number) 曾是措施“\(fullID)”的，已有客户端按此发送；请取从未用过的编号",
                    en: "the number \(number) was that of the measure \"\(fullID)\", and clients send it as such; "
                        + "take one that was never used"
                )
            )
        }
        if let now {
            if now.part.number != number {
                self.report(
                    .changedNumber,
                    now.part.position,
                    now.programme,
                    Text(
                        zh: "措施“\(fullID)”的编号曾为 \(number)，不得改为 \(now.part.number)；请写 number: \(number)",
                        en: "the number of the measure \"\(fullID)\" was \(number) and must not become "
                            + "\(now.part.number); write number: \(number)"
                    )
                )
            }
            if now.part.messageName != message {
                self.report(
                    .changedMessage,
                    now.part.position,
                    now.programme,
                    Text(
                        zh: "措施“\(fullID)”的消息曾名为 \(message)，现为 \(now.part.messageName)；package 和 id 不得更改",
                        en: "the message of the measure \"\(fullID)\" was called \(message) and is now "
                            + "\(now.part.messageName); package and id must stay"
                    )
                )
            }
        } else if holder == nil {
            self.requireReserved(number, of: record.programme, was: fullID)
        }
    }

    /// - Parameter was: The measure that had the number, where it is known.
    private mutating func requireReserved(_ number: UInt32, of programme: String, was: String?) {
        guard let index = self.byID[programme], !self.programmes[index].facts.reserved.contains(number),
            self.missing.insert(Place(message: "", number: number)).inserted
        else { return }
        let what =
            was.map { Text(zh: "措施“\($0)”已删去，其编号", en: "the measure \"\($0)\" is gone, and its number") }
            ?? Text(zh: "已废止的编号", en: "the number that was given up,")
        self.report(
            .notReserved,
            self.programmes[index].facts.position,
            index,
            Text(
                zh: "\(what.zh) \(number) 须留在项目的 reserved 中：reserved: [\(number)]",
                en: "\(what.en) \(number) must stand in the programme's reserved: [\(number)]"
            )
        )
    }

    private mutating func compareReserved(_ record: NumberRecord, _ ledger: ContractLedger) {
        guard let holder = self.membersByNumber[record.number] else {
            self.requireReserved(record.number, of: record.programme, was: nil)
            return
        }
        let programme = self.programmes[holder.programme].id
        let same = NumberRecord(
            programme: programme,
            number: record.number,
            meaning: .measure(id: holder.part.measure, message: holder.part.messageName)
        )
        guard programme != record.programme || !ledger.contains(same) else { return }
        self.report(
            .reusedNumber,
            holder.part.position,
            holder.programme,
            Text(
                zh: "编号 \(record.number) 属于项目“\(record.programme)”已删去的措施（reserved）；请取从未用过的编号",
                en:
                    "the number \(record.number) is reserved: a measure of the programme \"\(record.programme)\" had it; "
                    + "take one that was never used"
            )
        )
    }

    private func fullID(_ member: Held<FactsSchema.Member>) -> String {
        "\(self.programmes[member.programme].id).\(member.part.measure)"
    }

    // MARK: - Facts

    private mutating func compare(_ number: UInt32, in message: String, fact name: String, _ type: String) {
        guard let now = self.messages[message] else { return }
        let holder = self.fieldsByNumber[Place(message: message, number: number)]
        let field = self.fieldsByName["\(message).\(name)"]
        if let holder, holder.name != name {
            self.report(
                .reusedNumber,
                holder.position,
                now.programme,
                Text(
                    zh: "编号 \(number) 曾是事实“\(name)”的，已有客户端按此发送；请取从未用过的编号，并将 \(number) 列入 reserved",
                    en:
                        "the number \(number) was that of the fact \"\(name)\", and clients send it as such; take one that "
                        + "was never used, and reserve \(number)"
                )
            )
        }
        guard let field else {
            if holder == nil { self.requireReserved(number, in: message, now, was: name) }
            return
        }
        if field.number != number {
            self.report(
                .changedNumber,
                field.position,
                now.programme,
                Text(
                    zh: "事实“\(name)”的编号曾为 \(number)，不得改为 \(field.number)；请写 number: \(number)",
                    en: "the number of the fact \"\(name)\" was \(number) and must not become \(field.number); "
                        + "write number: \(number)"
                )
            )
        } else if field.type.description != type {
            self.report(
                .changedType,
                field.position,
                now.programme,
                Text(
                    zh: "事实“\(name)”的类型曾为 \(type)，不得改为 \(field.type)；请另取名称和编号，并将 \(number) 列入 reserved",
                    en:
                        "the type of the fact \"\(name)\" was \(type) and must not become \(field.type); declare it under "
                        + "another name and number, and reserve \(number)"
                )
            )
        }
    }

    /// - Parameter was: The fact that had the number, where it is known.
    private mutating func requireReserved(
        _ number: UInt32,
        in message: String,
        _ now: Held<FactsSchema.Message>,
        was: String?
    ) {
        guard !now.part.reserved.contains(number), self.missing.insert(Place(message: message, number: number)).inserted
        else { return }
        let what =
            was.map { Text(zh: "事实“\($0)”已删去，其编号", en: "the fact \"\($0)\" is gone, and its number") }
            ?? Text(zh: "已废止的编号", en: "the number that was given up,")
        let isMeasure = self.programmes[now.programme].facts.members.contains { $0.messageName == message }
        let place =
            isMeasure
            ? Text(zh: "措施的 reserved", en: "the measure's reserved")
            : Text(zh: "列表条目类型的 reserved", en: "the reserved of the entries' type")
        self.report(
            .notReserved,
            now.part.position,
            now.programme,
            Text(
                zh: "\(what.zh) \(number) 须留在\(place.zh)中：reserved: [\(number)]",
                en: "\(what.en) \(number) must stand in \(place.en): [\(number)]"
            )
        )
    }

    private mutating func compareReserved(_ record: NumberRecord, in message: String, _ ledger: ContractLedger) {
        guard let now = self.messages[message] else { return }
        guard let holder = self.fieldsByNumber[Place(message: message, number: record.number)] else {
            self.requireReserved(record.number, in: message, now, was: nil)
            return
        }
        let same = NumberRecord(
            programme: record.programme,
            number: record.number,
            meaning: .fact(message: message, name: holder.name, type: holder.type.description)
        )
        guard !ledger.contains(same) else { return }
        self.report(
            .reusedNumber,
            holder.position,
            now.programme,
            Text(
                zh: "编号 \(record.number) 属于已删去的事实（reserved）；请取从未用过的编号",
                en: "the number \(record.number) is reserved: a fact that is gone had it; take one that was never used"
            )
        )
    }

    // MARK: - Values

    private mutating func compare(_ number: UInt32, in enumeration: String, value name: String) {
        guard let now = self.enumerations[enumeration] else { return }
        let values = now.part.values
        let holder = values.first { UInt32(clamping: $0.number) == number }
        if let holder, holder.name != name {
            self.report(
                .reusedNumber,
                now.part.places[holder.name] ?? now.part.position,
                now.programme,
                Text(
                    zh: "枚举 \(enumeration) 的编号 \(number) 曾是 \(name)，已有客户端按此发送；请取从未用过的编号",
                    en:
                        "the number \(number) of the enum \(enumeration) was \(name), and clients send it as such; take one "
                        + "that was never used"
                )
            )
        }
        if let value = values.first(where: { $0.name == name }) {
            guard UInt32(clamping: value.number) != number else { return }
            self.report(
                .changedNumber,
                now.part.places[name] ?? now.part.position,
                now.programme,
                Text(
                    zh: "枚举值 \(name) 的编号曾为 \(number)，不得改为 \(value.number)；请写 number: \(number)",
                    en: "the number of the value \(name) was \(number) and must not become \(value.number); "
                        + "write number: \(number)"
                )
            )
        } else if holder == nil {
            self.report(
                .notReserved,
                now.part.position,
                now.programme,
                Text(
                    zh: "枚举 \(enumeration) 的值 \(name)（编号 \(number)）已删去，而客户端仍会发送；请保留该值，可在标签中注明停用",
                    en:
                        "the value \(name), number \(number), of the enum \(enumeration) is gone, and clients may still send "
                        + "it; keep it, and let its label say that it is no longer used"
                )
            )
        }
    }

    // MARK: -

    private mutating func report(
        _ code: PolicyDiagnostic.Code,
        _ position: SourcePosition,
        _ programme: Int,
        _ message: Text
    ) {
        let file = self.programmes[programme].file
        let source = self.sources[programme] ?? SourceText(String(decoding: file.bytes, as: UTF8.self))
        self.sources[programme] = source
        self.found.insert(
            PolicyDiagnostic(
                file: file.name,
                line: position.line,
                column: position.column,
                code: code,
                message: message,
                sourceLine: source.line(position.line)
            )
        )
    }
}
