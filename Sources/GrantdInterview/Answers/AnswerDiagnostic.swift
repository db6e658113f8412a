//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an answer is not taken, and what to write instead.
package struct AnswerDiagnostic: Error, Sendable, Hashable {
    /// What kind of mistake it is.
    package enum Kind: Sendable, Hashable {
        case empty, notANumber, negative, tooSmall, tooLarge, tooPrecise, notWhole, badGrouping
        case notADate, noYear, noSuchDay, notYesOrNo, notAChoice, tooMany, tooLong, invisible, incomplete
    }

    package let kind: Kind
    /// A sentence that says what to do.
    package let text: BilingualText

    package init(_ kind: Kind, _ text: BilingualText) {
        self.kind = kind
        self.text = text
    }
}
