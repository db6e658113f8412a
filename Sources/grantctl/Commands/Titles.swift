//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages
internal import SwiftProtobuf

/// What a page calls programmes and measures. A page can do without: where the daemon does not say, ids stand instead.
enum Titles {
    /// The titles of programmes by the number of their document.
    static func ofProgrammes(_ client: GrantdClient) async -> [String: GrantdText] {
        let documents = (try? await client.listDocuments()) ?? []
        return Dictionary(documents.map { ($0.number, $0.title) }, uniquingKeysWith: { first, _ in first })
    }

    /// The titles of measures, as descriptions that say nothing else.
    static func ofMeasures(asOf: String? = nil, _ client: GrantdClient) async -> [String: GrantdMeasureDescription] {
        let measures = (try? await client.listMeasures(asOf: asOf)) ?? []
        return Dictionary(
            measures.map { summary in (summary.measure, .with { $0.title = summary.title }) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What the envelopes are called that stand among the caps of assessments, by id.
    static func ofEnvelopes(
        in assessments: [GrantdAssessment],
        _ client: GrantdClient
    ) async -> [String: GrantdText] {
        let prefix = AwardTotals.envelopePrefix
        guard assessments.contains(where: { $0.caps.contains { $0.id.hasPrefix(prefix) } }) else { return [:] }
        let envelopes = (try? await client.listEnvelopes()) ?? []
        return Dictionary(envelopes.map { ($0.envelopeID, $0.title) }, uniquingKeysWith: { first, _ in first })
    }

    /// The measure's labels: of the version that was asked, or of the newest where none was in force.
    static func description(
        of assessment: GrantdAssessment,
        _ client: GrantdClient
    ) async -> GrantdMeasureDescription? {
        if let description = try? await client.describeMeasure(assessment.measure, asOf: assessment.asOf) {
            return description
        }
        return try? await client.describeMeasure(assessment.measure)
    }

    /// The labels of all of them, by measure.
    static func descriptions(
        of assessments: [GrantdAssessment],
        _ client: GrantdClient
    ) async -> [String: GrantdMeasureDescription] {
        var descriptions: [String: GrantdMeasureDescription] = [:]
        for assessment in assessments where descriptions[assessment.measure] == nil {
            descriptions[assessment.measure] = await Self.description(of: assessment, client)
        }
        return descriptions
    }
}
