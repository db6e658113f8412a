//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One fact that a measure asks for.
package struct Fact: Sendable, Hashable {
    /// Where the fact is kept.
    package enum Holder: Sendable, Hashable {
        /// The applicant: `applicant.registered_in_beijing`.
        case applicant
        /// The measure's facts message.
        case facts
    }

    /// A fact's type.
    package enum Kind: Sendable, Hashable {
        case bool
        case int32
        case int64
        case string
        /// A civil date, `YYYY-MM-DD`.
        case date
        /// One of the names of an enum; `values` without `NONE`'s special meaning, in order of declaration.
        case enumeration(values: [EnumerationValue])
        /// A list of entries, whose own fields are facts with `[]` in their path.
        case list
        /// A list of names of an enum.
        case enumerationList(values: [EnumerationValue])
    }

    /// One name of an enum.
    package struct EnumerationValue: Sendable, Hashable {
        package let name: String
        package let number: Int32
        /// What people read in its place; the name itself where nothing describes the value.
        package let label: Text

        package init(name: String, number: Int32, label: Text? = nil) {
            self.name = name
            self.number = number
            self.label = label ?? Text(zh: name, en: name)
        }
    }

    package let holder: Holder
    /// Inside the holder: `total_investment_fen`, `deals`, `deals[].valid`.
    package let path: String
    /// On the wire, relative to the application: `applicant.kind`,
    /// `medical_device_common_platform.engineering_investment_fen`.
    package let wirePath: String
    package let kind: Kind
    /// By the fact's name: `fen`, `m2`, `days`, `bp`, …; `nil` where the type says it all.
    package let unit: Unit?
    /// Values under it are a bad request; `nil`: any value is taken.
    package let minimum: Int64?
    /// Values over it are a bad request; `nil`: any value is taken.
    package let maximum: Int64?
    /// The numbers of an enum's values that are a bad request.
    package let excluded: [Int32]
    /// The most entries of a list; `nil`: the wire's own limit.
    package let most: Int?
    package let label: Text
    package let question: Text
    /// Where the applicant finds the answer.
    package let hint: Text?

    package init(
        holder: Holder,
        path: String,
        wirePath: String,
        kind: Kind,
        unit: Unit?,
        minimum: Int64?,
        maximum: Int64? = nil,
        excluded: [Int32] = [],
        most: Int? = nil,
        label: Text,
        question: Text,
        hint: Text? = nil
    ) {
        self.holder = holder
        self.path = path
        self.wirePath = wirePath
        self.kind = kind
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        self.excluded = excluded
        self.most = most
        self.label = label
        self.question = question
        self.hint = hint
    }
}
