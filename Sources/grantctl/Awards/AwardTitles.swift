//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages

/// What the report of a round calls its measures, and how its envelopes stand. It can do without either.
struct AwardTitles {
    /// By measure.
    private(set) var measures: [String: GrantdText] = [:]
    /// Those that the round has drawn on, and the one that was named, by id.
    private(set) var envelopes: [GrantdEnvelope] = []

    init() {}

    /// - Parameters:
    ///   - named: The envelope that the command line names.
    ///   - dryRun: The dry run whose envelopes they are.
    init(of totals: AwardTotals, named: String?, dryRun: String?, _ client: GrantdClient) async {
        for measure in (try? await client.listMeasures()) ?? [] where totals.measures[measure.measure] != nil {
            self.measures[measure.measure] = measure.title
        }
        let wanted = totals.envelopes.union(named.map { [$0] } ?? [])
        guard !wanted.isEmpty else { return }
        self.envelopes = ((try? await client.listEnvelopes(dryRun: dryRun)) ?? []).filter {
            wanted.contains($0.envelopeID)
        }
    }
}
