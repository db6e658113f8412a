//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdMessages

/// What an envelope binds, and up to which sum.
struct EnvelopeOptions: ParsableArguments {
    @Option(
        help: .said(
            "预算额度的金额，以元计，可写 500万、1.2亿。",
            "The budget's sum in yuan.",
            valueName: "yuan"
        )
    )
    var limit: Yuan?

    @Option(
        help: .said(
            "约束此措施的核定（全称），可重复；不写措施也不写政策则约束一切核定。",
            "Bind the awards of this measure, by its full id; may be repeated. Without measures and programmes every award is bound.",
            valueName: "measure"
        )
    )
    var measure: [String] = []

    @Option(
        help: .said(
            "约束此政策的全部措施，可重复；如 medical-device。",
            "Bind all measures of this programme, as medical-device; may be repeated.",
            valueName: "programme"
        )
    )
    var programme: [String] = []

    @Option(help: .said("自此日起的核定。", "Awards from this day on.", valueName: "yyyy-mm-dd"))
    var from: String?

    @Option(help: .said("至此日止的核定。", "Awards until this day.", valueName: "yyyy-mm-dd"))
    var until: String?

    @Option(help: .said("预算额度的中文名称。", "The budget's name in Chinese.", valueName: "text"))
    var titleZh: String?

    @Option(help: .said("预算额度的英文名称。", "The budget's name in English.", valueName: "text"))
    var titleEn: String?

    /// Whether anything but the sum is said.
    var hasTerms: Bool {
        !self.measure.isEmpty || !self.programme.isEmpty
            || [self.from, self.until, self.titleZh, self.titleEn].contains { $0 != nil }
    }

    func envelope(_ id: String, limit: Yuan) -> GrantdEnvelope {
        var envelope = GrantdEnvelope()
        envelope.envelopeID = id
        envelope.limitFen = limit.fen
        envelope.measures = self.measure
        envelope.programmes = self.programme
        if let from { envelope.fromOn = from }
        if let until { envelope.untilOn = until }
        if let titleZh { envelope.title.zh = titleZh }
        if let titleEn { envelope.title.en = titleEn }
        return envelope
    }
}
