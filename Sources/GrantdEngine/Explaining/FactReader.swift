//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// One fact as explanations show it: its name in both languages, and the way to its value.
struct FactReader {
    private let holder: Fact.Holder
    private let kind: Fact.Kind
    private let unit: Unit?
    private let storage: Storage
    private let zh: Segment
    private let en: Segment

    /// Makes a reader of a fact; `nil` for one inside a list.
    init?(_ fact: Fact, _ member: PolicyContract.Member, _ applicant: PolicyContract.Message, _ store: SegmentStore) {
        let record: RecordType
        let prefix: String
        switch fact.holder {
        case .applicant:
            record = applicant.record
            prefix = "applicant."
        case .facts:
            record = member.message.record
            prefix = member.name + "."
        }
        guard fact.wirePath.hasPrefix(prefix) else { return nil }
        guard let index = record.index(of: String(fact.wirePath.dropFirst(prefix.count))) else { return nil }
        self.holder = fact.holder
        self.kind = fact.kind
        self.unit = fact.unit
        self.storage = record.fields[index].storage
        self.zh = store.keep(fact.label.zh + "：")
        self.en = store.keep(fact.label.en + ": ")
    }

    /// Adds the fact's name and value to both texts.
    func show(_ input: ApplicationInput, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(self.zh)
        en.append(self.en)
        let base: UnsafeRawPointer
        switch self.holder {
        case .facts: base = input.facts
        case .applicant:
            guard let applicant = input.applicant else { return Self.showUnset(zh, en) }
            base = applicant
        }
        switch self.storage {
        case .bool32(let offset, let presence):
            guard Self.isSet(presence, base) else { return Self.showUnset(zh, en) }
            let value = base.load(fromByteOffset: offset, as: Int32.self) != 0
            Wording.flag(value, zh, en)
        case .int32(let offset, let presence):
            guard Self.isSet(presence, base) else { return Self.showUnset(zh, en) }
            Wording.quantity(Int64(base.load(fromByteOffset: offset, as: Int32.self)), unit: self.unit, zh, en)
        case .int64(let offset, let presence):
            guard Self.isSet(presence, base) else { return Self.showUnset(zh, en) }
            Wording.quantity(base.load(fromByteOffset: offset, as: Int64.self), unit: self.unit, zh, en)
        case .enumeration32(let offset, let presence):
            guard Self.isSet(presence, base) else { return Self.showUnset(zh, en) }
            let number = base.load(fromByteOffset: offset, as: Int32.self)
            guard case .enumeration(let values) = self.kind else { return }
            guard let label = values.first(where: { $0.number == number })?.label else { return }
            zh.append(label.zh)
            en.append(label.en)
        case .cString(let offset), .dateString(let offset):
            guard let text = base.load(fromByteOffset: offset, as: UnsafePointer<CChar>?.self) else {
                return Self.showUnset(zh, en)
            }
            let bytes = UnsafeRawBufferPointer(start: text, count: cStringCount(text))
            zh.append(bytes)
            en.append(bytes)
        case .recordList(let countOffset, _), .enumerationList(let countOffset, _):
            let count = base.load(fromByteOffset: countOffset, as: Int.self)
            guard count > 0 else { return Self.showUnset(zh, en) }
            zh.append(grouped: Int64(count))
            zh.append(" 项")
            en.append(grouped: Int64(count))
            en.append(count == 1 ? " entry" : " entries")
        case .record, .value:
            return
        }
    }

    private static func isSet(_ presence: Presence, _ base: UnsafeRawPointer) -> Bool {
        switch presence {
        case .flag32(let offset): base.load(fromByteOffset: offset, as: Int32.self) != 0
        case .always: true
        }
    }

    private static func showUnset(_ zh: TextBuffer, _ en: TextBuffer) {
        zh.append("未填")
        en.append("not given")
    }
}
