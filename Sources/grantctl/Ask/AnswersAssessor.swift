//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// Has a daemon assess the answers of an interview.
struct AnswersAssessor {
    /// Why the daemon takes some answers for no application.
    struct Refusal: Error {
        let field: String
        let message: String
    }

    /// So many at once: a long list stands in each of them.
    private static let batchSize = 64

    let client: GrantdClient
    let schema: DaemonSchema
    let questionnaire: Questionnaire

    /// What each of them comes to.
    func evaluate(_ all: [Answers]) async throws -> [Result<Evaluation, Refusal>] {
        var results: [Result<Evaluation, Refusal>] = []
        for start in stride(from: 0, to: all.count, by: Self.batchSize) {
            var request = GrantdEvaluateBatchRequest()
            let requests = try all[start..<min(all.count, start + Self.batchSize)].map {
                try self.request($0, explains: false)
            }
            request.applications = requests.map(\.application)
            // All are answers to one interview, judged in one way.
            if let first = requests.first {
                request.stage = first.stage
                request.assumeUnsetBarsAbsent = first.assumeUnsetBarsAbsent
            }
            let response = try await self.client.evaluateBatch(request)
            results += response.results.map { result in
                guard case .error(let error)? = result.result else { return .success(Evaluation(result.assessment)) }
                let message = Language.said(DaemonWords.chinese(error.message), error.message)
                return .failure(Refusal(field: error.field, message: message.printable))
            }
        }
        return results
    }

    /// The whole assessment.
    func assess(_ answers: Answers) async throws -> GrantdAssessment {
        try await self.client.evaluate(try self.request(answers, explains: true))
    }

    /// The message of the request that the answers make, by way of the very text that is saved.
    private func request(_ answers: Answers, explains: Bool) throws -> GrantdEvaluateRequest {
        let text = Array(self.questionnaire.requestJSON(answers, explains: explains).utf8)
        return try self.schema.read(Language.said(Words.Terminal.answers), text, unnamed: "application")
    }
}
