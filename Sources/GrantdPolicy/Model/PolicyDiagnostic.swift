//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One problem of a policy file, at its place.
package struct PolicyDiagnostic: Error, Sendable, Hashable {
    /// The file's name as it was given.
    package let file: String
    /// From 1; 0 where the problem is the file as a whole.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int
    /// Which check found it.
    package let code: Code
    /// Whether the file can be served in spite of it.
    package let severity: Severity
    /// What is wrong and what would be right, in one sentence without a full stop.
    package let message: Text
    /// The offending line; empty where the file could not be read.
    package let sourceLine: String

    package init(
        file: String,
        line: Int,
        column: Int,
        code: Code,
        severity: Severity = .error,
        message: Text,
        sourceLine: String
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.code = code
        self.severity = severity
        self.message = message
        self.sourceLine = sourceLine
    }
}

extension PolicyDiagnostic {
    /// What becomes of a file with the problem.
    package enum Severity: Sendable, Hashable {
        /// The file is refused.
        case error
        /// The file is served; whoever wrote it should look.
        case warning

        /// The word before the message.
        package var word: Text {
            switch self {
            case .error: Text(zh: "错误", en: "error")
            case .warning: Text(zh: "警告", en: "warning")
            }
        }
    }

    /// The kinds of problem. The raw value is stable: tests and scripts may rely on it.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case unreadable = "unreadable"
        case tooLarge = "too-large"
        case encoding = "encoding"
        case syntax = "syntax"
        case fullWidth = "full-width"
        case alias = "alias"
        case tag = "tag"
        case nesting = "nesting"
        case tooMany = "too-many-problems"
        case cancelled = "cancelled"
        case duplicateKey = "duplicate-key"
        case unknownKey = "unknown-key"
        case missingKey = "missing-key"
        case wrongType = "wrong-type"
        case missingTranslation = "missing-translation"
        case badText = "bad-text"
        case badID = "bad-id"
        case duplicateID = "duplicate-id"
        case badDate = "bad-date"
        case badInterval = "bad-interval"
        case dateOverlap = "date-overlap"
        case badMoney = "bad-money"
        case badRatio = "bad-ratio"
        case badChoice = "bad-choice"
        case unknownProgramme = "unknown-programme"
        case unknownDocument = "unknown-document"
        case unknownFact = "unknown-fact"
        case undescribedFact = "undescribed-fact"
        case unusedFact = "unused-fact"
        case unknownRule = "unknown-rule"
        case unusedRule = "unused-rule"
        case expression = "expression"
        case resultType = "result-type"
        case cost = "cost"
        case unusedDefinition = "unused-definition"
        case unreachableStep = "unreachable-step"
        case badStep = "bad-step"
        case unknownCap = "unknown-cap"
        case unusedCap = "unused-cap"
        case missingCap = "missing-cap"
        case basisMismatch = "basis-mismatch"
        case agencyRate = "agency-rate"
        case badRow = "bad-row"
        case badFigure = "bad-figure"
        case unknownFigure = "unknown-figure"
        case unusedFigure = "unused-figure"
        case idleFigure = "idle-figure"
        case labelFigure = "label-figure"
        case bareSum = "bare-sum"
        case neverTrue = "never-true"
        case overCap = "over-cap"
        case idleCap = "idle-cap"
        case versionGap = "version-gap"
        case badName = "bad-name"
        case badNumber = "bad-number"
        case duplicateNumber = "duplicate-number"
        case badType = "bad-type"
        case unusedType = "unused-type"
        case reusedNumber = "reused-number"
        case changedNumber = "changed-number"
        case changedType = "changed-type"
        case changedMessage = "changed-message"
        case notReserved = "not-reserved"
        case emptyDirectory = "empty-directory"
        case badArchive = "bad-archive"
    }
}

extension PolicyDiagnostic: CustomStringConvertible {
    /// How many columns of a long line are shown before and after the place.
    private static let shownAround = 80

    /// The diagnostic in English.
    package var description: String { self.description(in: .en) }

    /// `file:line:column: error: message` or `file:line:column: 错误：message`, the offending line, and a caret under the place.
    package func description(in language: PolicyLanguage) -> String {
        let place = self.line > 0 ? ":\(self.line):\(self.column)" : ""
        let colon = language == .zh ? "：" : ": "
        let head = "\(self.file)\(place): \(self.severity.word[language])\(colon)"
        var text = "\(head)\(self.message[language]) [\(self.code.rawValue)]"
        guard !self.sourceLine.isEmpty else { return text }
        let before = max(0, self.column - 1)
        let skipped = max(0, before - Self.shownAround)
        let shown = self.sourceLine.unicodeScalars.dropFirst(skipped).prefix(before - skipped + Self.shownAround)
        var line = String.UnicodeScalarView()
        var caret = ""
        for (index, scalar) in shown.enumerated() {
            // A control character would be obeyed by the terminal.
            let isControl = scalar != "\t" && scalar.isControl
            line.append(isControl ? "\u{FFFD}" : scalar)
            guard index < before - skipped else { continue }
            // A tab is repeated, and a full-width character is two columns wide, so that the caret stands under its
            // character.
            caret += scalar == "\t" ? "\t" : (scalar.isFullWidth ? "  " : " ")
        }
        text += "\n\(String(line))\n\(caret)^"
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal gives the character two columns: the East Asian wide blocks.
    fileprivate var isFullWidth: Bool {
        switch self.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default:
            false
        }
    }
}
