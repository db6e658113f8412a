//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// What the contract demands of requests beyond their types: what must be set, how texts must look, how long lists may be.
/// The daemon's own checks decide; this says so beforehand to those who read the description.
struct ContractRules {
    /// How a text must look.
    enum TextForm {
        /// `YYYY-MM-DD`.
        case date
        /// An id, which is compared as it stands.
        case id
        case creditCode
        /// The full id of a measure.
        case measure
        case programme
        /// The number of a document of the register.
        case document
        /// Any text without a NUL.
        case plain
    }

    private let measures: [String]
    private let programmes: [String]
    private let documents: [String]

    init(_ policies: PolicySet) {
        self.measures = policies.entries.map(\.id)
        self.programmes = policies.programmes.map(\.id)
        let register = policies.references.documents
        let printed = register.documents.map(\.number)
        self.documents = printed + register.ended.map(\.number).filter { !printed.contains($0) }
    }

    /// The fields of a request's message that must be set.
    static func required(_ message: String) -> [String] {
        switch message {
        case "grantd.v1.EvaluateRequest": ["application"]
        case "grantd.v1.EvaluateColumnsRequest": ["measure", "rows"]
        case "grantd.v1.Column": ["path", "type"]
        case "grantd.v1.EntryColumn": ["type"]
        case "grantd.v1.ScreenRequest": ["as_of"]
        case "grantd.v1.Application": ["as_of"]
        case "grantd.v1.PriorAward": ["measure", "awarded_on", "amount_fen"]
        case "grantd.v1.DescribeMeasureRequest": ["measure"]
        case "grantd.v1.AwardRequest", "grantd.v1.AwardBatchEntry": ["application"]
        case "grantd.v1.SettleRequest": ["award_id", "action"]
        case "grantd.v1.PutEnvelopeRequest": ["envelope"]
        default: []
        }
    }

    /// The most entries of a list, where it is no fact.
    func most(_ message: String, _ field: String) -> Int {
        switch (message, field) {
        // At most one for a measure.
        case ("grantd.v1.ScreenRequest", "known"): self.measures.count
        case ("grantd.v1.EvaluateBatchRequest", "applications"), ("grantd.v1.AwardBatchRequest", "entries"): 4096
        case ("grantd.v1.Envelope", "measures"), ("grantd.v1.Envelope", "programmes"): 1000
        case ("grantd.v1.ClearAuctionRequest", "bids"): 100_000
        default: 10_000
        }
    }

    /// The least of a whole number, where it is no fact.
    static func minimum(_ message: String, _ field: String) -> Int64? {
        message == "grantd.v1.PriorAward" && field == "amount_fen" ? 0 : nil
    }

    private static func form(_ message: String, _ field: String, isFact: Bool) -> TextForm {
        if isFact { return field.hasSuffix("_on") ? .date : .plain }
        return switch (message, field) {
        case (_, "as_of"), (_, "awarded_on"): .date
        case (_, "application_id"), (_, "subject_id"): .id
        case (_, "unified_social_credit_code"): .creditCode
        case ("grantd.v1.PriorAward", "measure"), ("grantd.v1.DescribeMeasureRequest", "measure"),
            ("grantd.v1.EvaluateColumnsRequest", "measure"):
            .measure
        case ("grantd.v1.ListMeasuresRequest", "programme"): .programme
        case ("grantd.v1.ListDocumentsRequest", "number"): .document
        default: .plain
        }
    }

    /// The members of a text's schema, beside its type.
    ///
    /// - Parameter isFact: whether the message holds facts of a measure.
    func text(_ message: String, _ field: String, isFact: Bool) -> [(name: String, value: JSONNode)] {
        switch Self.form(message, field, isFact: isFact) {
        case .date: [("format", .text("date")), ("examples", .texts(["2026-05-20"]))]
        case .id: [("pattern", .text(Self.idPattern))]
        case .creditCode: [("pattern", .text("^[0-9A-HJ-NPQRTUWXY]{18}$"))]
        case .measure: [("enum", .texts(self.measures))]
        case .programme: [("enum", .texts(self.programmes))]
        case .document: [("enum", .texts(self.documents))]
        case .plain: [("pattern", .text(#"^[^\u0000]*$"#))]
        }
    }

    /// Neither controls nor characters that do not show, and no white space at the ends.
    private static let idPattern: String = {
        let hidden =
            #"\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"#
            + #"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"#
        let space = #" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"#
        return "^([^\(hidden)\(space)]([^\(hidden)]*[^\(hidden)\(space)])?)?$"
    }()
}
