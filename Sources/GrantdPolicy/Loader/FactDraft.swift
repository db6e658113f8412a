//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One entry under `facts`, or under the `of` of a list.
struct FactDraft {
    /// As written: `applicant.kind`, `total_investment_fen`, `deals[].valid`.
    var path: Located<String>
    var number: Located<Int64>?
    /// `bool`, `money`, `list`, or the name of an enum under `types`.
    var type: Located<String>?
    /// Of a list: what it holds.
    var of: Located<String>?
    /// Of a list: its entries' facts, where they are written there and then.
    var entries: EntryDraft?
    /// Of a list: the most entries.
    var most: Located<Int64>?
    /// A whole number's wire type, where it is not that of its type.
    var wire: Located<String>?
    var label: Text?
    var question: Text?
    var hint: Text?
    var minimum: MinimumDraft?
    var maximum: Located<Int64>?
    var excludes: [Located<String>] = []
    /// Whether the entry is a group of keys, and not the number of a fact of the programme's alone.
    var isDescribed = true

    static func byPath(_ drafts: [FactDraft]) -> [String: FactDraft] {
        Dictionary(drafts.map { ($0.path.value, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// This description, with what it leaves out taken from another.
    func completed(by other: FactDraft) -> FactDraft {
        var whole = self
        whole.type = self.type ?? other.type
        whole.of = self.of ?? other.of
        whole.entries = self.entries ?? other.entries
        whole.most = self.most ?? other.most
        whole.wire = self.wire ?? other.wire
        whole.label = self.label ?? other.label
        whole.question = self.question ?? other.question
        whole.hint = self.hint ?? other.hint
        if !self.isDescribed || self.minimum == nil || self.minimum?.isByUnit == true { whole.minimum = other.minimum }
        whole.maximum = self.maximum ?? other.maximum
        if self.excludes.isEmpty { whole.excludes = other.excludes }
        return whole
    }
}

/// The least value that a fact takes.
enum MinimumDraft {
    /// By the fact's name.
    case byUnit
    case none(SourcePosition)
    case value(Int64, SourcePosition)

    var isByUnit: Bool {
        if case .byUnit = self { true } else { false }
    }
}

/// The facts of a list's entries, and the types that only they have.
struct EntryDraft {
    var position: SourcePosition
    var types: [TypeDraft] = []
    var facts: [FactDraft] = []
    var reserved: [Located<Int64>] = []
}

/// One entry under `types`.
struct TypeDraft {
    enum Body {
        case enumeration([EnumValueDraft])
        case entry(EntryDraft)
    }

    let name: Located<String>
    /// `nil` where it could not be read.
    let body: Body?
}

/// One value of an enum.
struct EnumValueDraft {
    let name: Located<String>
    let number: Located<Int64>?
    let label: Text?
}
