//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema

extension GrantdClientError {
    /// That there is no such measure, in the language of this run, with the one that may have been meant. Where there is
    /// such a measure, or the daemon names one, the error as it is.
    ///
    /// - Parameter id: What was asked for.
    func suggestingMeasure(for id: String, _ client: GrantdClient) async -> Self {
        guard self.code == .invalidRequest, !self.message.contains("did you mean"),
            let measures = try? await client.listMeasures(), !measures.contains(where: { $0.measure == id })
        else { return self }
        let nearest = Self.measure(like: id, among: measures)
        var error = self
        error.message = Language.said(
            "没有措施 \(id)\(nearest.map { "；是否指 \($0)？" } ?? "")（`grantctl measures` 列出全部）",
            "there is no measure \(id)\(nearest.map { "; did you mean \($0)?" } ?? "") (`grantctl measures` lists all)"
        )
        return error
    }

    /// The same, where a measure of the application's earlier awards is what is wrong.
    func suggestingMeasure(in application: GrantdApplication, _ client: GrantdClient) async -> Self {
        let start = "prior_awards["
        guard self.field.hasPrefix(start), self.field.hasSuffix("].measure"),
            let index = Int(self.field.dropFirst(start.count).dropLast("].measure".count)),
            application.priorAwards.indices.contains(index)
        else { return self }
        return await self.suggestingMeasure(for: application.priorAwards[index].measure, client)
    }

    /// The measure whose id is like it, its programme left out if need be.
    static func measure(like id: String, among measures: [GrantdMeasureSummary]) -> String? {
        let ids = Set(measures.map(\.measure)).sorted()
        if let nearest = Suggestion.nearest(to: id, among: ids) { return nearest }
        func name(_ id: String) -> String { id.split(separator: ".").last.map(String.init) ?? id }
        guard let nearest = Suggestion.nearest(to: name(id), among: ids.map(name)) else { return nil }
        return ids.first { name($0) == nearest }
    }
}
