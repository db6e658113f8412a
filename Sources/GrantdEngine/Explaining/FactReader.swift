//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// One fact as explanations show it: its name in both languages, and the way to its value.
struct FactReader {
    private let holder: Fact.Holder
    private let kind: Fact.Kind
    private let unit: Unit?
    private let place: Place
    private let zh: Segment
    private let en: Segment

    /// Where the value lies.
    fileprivate enum Place {
        case bool(ScalarPlace)
        case int32(ScalarPlace)
        case int64(ScalarPlace)
        case enumeration(ScalarPlace)
        case text(AddressPlace)
        case list(ListPlace)
    }

    /// Makes a reader of a fact; `nil` for one inside a list.
    init?(_ fact: Fact, _ member: PolicyContract.Member, _ store: SegmentStore) {
        let (message, prefix) =
            switch fact.holder {
            case .applicant: (MessageType.applicant, "applicant.")
            case .facts: (member.type, member.name + ".")
            }
        guard fact.wirePath.hasPrefix(prefix),
            let slot = message.field(named: String(fact.wirePath.dropFirst(prefix.count))),
            let place = Place(slot)
        else { return nil }
        self.holder = fact.holder
        self.kind = fact.kind
        self.unit = fact.unit
        self.place = place
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
        switch self.place {
        case .bool(let place):
            guard let value = place.bool(base) else { return Self.showUnset(zh, en) }
            Wording.flag(value, zh, en)
        case .int32(let place):
            guard let value = place.int32(base) else { return Self.showUnset(zh, en) }
            Wording.quantity(Int64(value), unit: self.unit, zh, en)
        case .int64(let place):
            guard let value = place.int64(base) else { return Self.showUnset(zh, en) }
            Wording.quantity(value, unit: self.unit, zh, en)
        case .enumeration(let place):
            guard let number = place.int32(base) else { return Self.showUnset(zh, en) }
            guard case .enumeration(let values) = self.kind else { return }
            guard let label = values.first(where: { $0.number == number })?.label else { return }
            zh.append(label.zh)
            en.append(label.en)
        case .text(let place):
            guard let text = place.text(base) else { return Self.showUnset(zh, en) }
            let bytes = UnsafeRawBufferPointer(start: text, count: cStringCount(text))
            zh.append(bytes)
            en.append(bytes)
        case .list(let place):
            let count = place.entryCount(base)
            guard count > 0 else { return Self.showUnset(zh, en) }
            zh.append(grouped: Int64(count))
            zh.append(" 项")
            en.append(grouped: Int64(count))
            en.append(count == 1 ? " entry" : " entries")
        }
    }

    private static func showUnset(_ zh: TextBuffer, _ en: TextBuffer) {
        zh.append("未填")
        en.append("not given")
    }
}

extension FactReader.Place {
    /// `nil` for a field of a kind that no fact has.
    fileprivate init?(_ slot: FieldSlot) {
        switch (slot.kind, slot.label) {
        case (.message, .repeated), (.enumeration, .repeated): self = .list(slot.list)
        case (_, .repeated): return nil
        case (.string, _): self = .text(slot.address)
        case (.bool, _) where slot.hasFlag: self = .bool(slot.scalar)
        case (.int32, _) where slot.hasFlag: self = .int32(slot.scalar)
        case (.int64, _) where slot.hasFlag: self = .int64(slot.scalar)
        case (.enumeration, _) where slot.hasFlag: self = .enumeration(slot.scalar)
        default: return nil
        }
    }
}
