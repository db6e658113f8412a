//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// One fact as explanations show it: its name in both languages, and the way to its value.
struct FactReader: BitwiseCopyable {
    private let isApplicants: Bool
    private let unit: UnitWords
    private let place: Place
    /// Of an enum, what its numbers are called.
    private let values: UnsafeBufferPointer<Value>
    private let zh: Segment
    private let en: Segment
    /// How many ways there are to tell the fact where they are few, of which the first is that it is unset; 0 where they are not.
    let choiceCount: Int

    /// Where the value lies.
    fileprivate enum Place: BitwiseCopyable {
        case bool(ScalarPlace)
        case int32(ScalarPlace)
        case int64(ScalarPlace)
        case enumeration(ScalarPlace)
        case text(AddressPlace)
        case list(ListPlace)
    }

    private struct Value: BitwiseCopyable {
        let number: Int32
        let zh: Segment
        let en: Segment
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
        self.isApplicants = fact.holder == .applicant
        self.unit = UnitWords(fact.unit, isYear: fact.unit == nil && fact.wirePath.hasSuffix("_year"), store)
        var values: [Value] = []
        if case .enumeration(let labelled) = fact.kind {
            values = labelled.map {
                Value(number: $0.number, zh: store.keep($0.label.zh), en: store.keep($0.label.en))
            }
        }
        self.values = store.keep(values)
        self.place = place
        switch place {
        case .bool: self.choiceCount = 3
        case .enumeration: self.choiceCount = values.count + 1
        default: self.choiceCount = 0
        }
        self.zh = store.keep(fact.label.zh + "：")
        self.en = store.keep(fact.label.en + ": ")
    }

    /// Adds the fact's name and value to both texts.
    func show(_ input: ApplicationInput, _ zh: TextBuffer, _ en: TextBuffer) {
        if self.choiceCount > 0 { return self.show(choice: self.choice(input), zh, en) }
        zh.append(self.zh)
        en.append(self.en)
        guard let base = self.base(input) else { return Self.showUnset(zh, en) }
        switch self.place {
        case .bool, .enumeration:
            // Choices.
            break
        case .int32(let place):
            guard let value = place.int32(base) else { return Self.showUnset(zh, en) }
            self.unit.show(Int64(value), zh, en)
        case .int64(let place):
            guard let value = place.int64(base) else { return Self.showUnset(zh, en) }
            self.unit.show(value, zh, en)
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

    /// The message that the fact stands in; `nil` for an applicant of whom nothing is told.
    private func base(_ input: ApplicationInput) -> UnsafeRawPointer? {
        self.isApplicants ? input.applicant : input.facts
    }

    // MARK: - Facts of a few values

    /// Which of the ways tells this application's fact; one beyond them all for a number without a label.
    func choice(_ input: ApplicationInput) -> Int {
        guard let base = self.base(input) else { return 0 }
        switch self.place {
        case .bool(let place):
            return place.bool(base).map { $0 ? 2 : 1 } ?? 0
        case .enumeration(let place):
            guard let number = place.int32(base) else { return 0 }
            return (self.values.firstIndex { $0.number == number } ?? self.values.count) + 1
        default:
            return 0
        }
    }

    /// Adds the fact's name and the value that a choice stands for to both texts.
    func show(choice: Int, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(self.zh)
        en.append(self.en)
        guard choice > 0 else { return Self.showUnset(zh, en) }
        if case .bool = self.place { return Wording.flag(choice == 2, zh, en) }
        guard choice <= self.values.count else { return }
        zh.append(self.values[choice - 1].zh)
        en.append(self.values[choice - 1].en)
    }

    private static func showUnset(_ zh: TextBuffer, _ en: TextBuffer) {
        zh.append("未填")
        en.append("not given")
    }
}

/// How a number of a unit is shown.
struct UnitWords: BitwiseCopyable {
    private let isMoney: Bool
    /// It is read without commas.
    private let isYear: Bool
    private let places: Int
    /// Behind the number.
    private let zh: Segment
    private let en: Segment
    /// Behind a 1.
    private let enOfOne: Segment

    init(_ unit: Unit?, isYear: Bool, _ store: SegmentStore) {
        self.isMoney = unit == .fen
        self.isYear = isYear
        self.places = unit?.places ?? 0
        // What is counted by nothing else has no word behind it.
        let unit = unit == .count ? nil : unit
        self.zh = store.keep(unit?.words(behind: 2).zh ?? "")
        self.en = store.keep(unit?.words(behind: 2).en ?? "")
        self.enOfOne = store.keep(unit?.words(behind: 1).en ?? "")
    }

    /// Adds a number with its unit; fen are shown in yuan.
    func show(_ value: Int64, _ zh: TextBuffer, _ en: TextBuffer) {
        if self.isMoney { return Wording.money(value, zh, en) }
        if self.places > 0 {
            zh.append(decimal: value, places: self.places)
            en.append(decimal: value, places: self.places)
        } else if self.isYear {
            zh.append(string: "\(value)")
            en.append(string: "\(value)")
        } else {
            zh.append(grouped: value)
            en.append(grouped: value)
        }
        zh.append(self.zh)
        en.append(value == 1 ? self.enOfOne : self.en)
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
