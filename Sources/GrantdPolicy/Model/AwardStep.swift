//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// How a figure that is not whole is made whole.
package enum Rounding: Sendable, Hashable, BitwiseCopyable {
    /// Cut off below the fen.
    case downToFen
    /// Cut off below the yuan.
    case downToYuan
    /// To the nearest fen, a half upwards.
    case halfUpToFen

    /// The words in a policy file.
    package var name: String {
        switch self {
        case .downToFen: "down to fen"
        case .downToYuan: "down to yuan"
        case .halfUpToFen: "half up to fen"
        }
    }

    /// What people read.
    package var words: Text {
        switch self {
        case .downToFen: Text(zh: "舍去不足一分的部分", en: "Cut off below the fen")
        case .downToYuan: Text(zh: "舍去不足一元的部分", en: "Cut off below the yuan")
        case .halfUpToFen: Text(zh: "四舍五入到分", en: "Rounded to the fen, a half upwards")
        }
    }
}

/// One step of an award. The steps are taken in the order in which they stand; the first one gives the figure, the
/// others change it.
package enum AwardStep: Sendable {
    /// A whole number of fen from the facts. `expression` is its text, `label` what it is called.
    case base(Program, expression: String, label: Text)
    /// The cap itself is the amount: the least of what the measure's caps leave.
    case baseCaps
    /// A fixed sum, in fen.
    case fixed(fen: Int64)
    /// A sum by the value of an enum.
    case table(AwardTable)
    /// The figure times a ratio, kept exact until it is rounded.
    case rate(Ratio)
    case round(Rounding)
    /// The figure is at most what is left of the cap at this index of the measure's `caps`.
    case cap(index: Int)
    /// The figure is at most this sum, in fen; no award uses it up.
    case limit(fen: Int64)
    /// The text states no cap.
    case noCap
}

/// A sum for each value of an enum.
package struct AwardTable: Sendable {
    /// One row.
    package struct Row: Sendable, Hashable {
        /// The number of the enum's value.
        package let number: Int32
        package let name: String
        /// In fen, over 0.
        package let fen: Int64

        package init(number: Int32, name: String, fen: Int64) {
            self.number = number
            self.name = name
            self.fen = fen
        }
    }

    /// The enum. A value without a row (`NONE`) gives 0.
    package let key: Program
    /// The key's text.
    package let expression: String
    /// By the file's order; every value of the enum but `NONE` has one.
    package let rows: [Row]

    package init(key: Program, expression: String, rows: [Row]) {
        self.key = key
        self.expression = expression
        self.rows = rows
    }
}
