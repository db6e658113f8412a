//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdSchema
internal import NIOCore
internal import SwiftProtobuf

/// Awards a round: puts its applications in order, makes the calls, writes the results and adds them up.
struct AwardRunner {
    let client: GrantdClient
    let run: GrantdAwardRun
    let round: AwardRound
    /// As the lines stand where it is `nil`.
    let order: AwardOrder?
    let schema: DescriptorSet

    /// Takes a line of JSON for each result, in the order of awarding.
    typealias Write = ([UInt8]) throws -> Void

    /// Awards all applications.
    ///
    /// - Parameters:
    ///   - totals: What it has come to so far, also where it throws.
    ///   - write: Takes the results.
    func award(into totals: inout AwardTotals, write: Write) async throws {
        let entries = self.round.entries
        let places = try await self.places()
        let progress = BookProgress("已评审核定", "awarded:")
        defer { progress.end() }
        var done = 0
        // A closure that outlives nothing may not change what is `inout`.
        var sum = totals
        defer { totals = sum }
        try await AwardExchange(self.client, self.run).award(count: places.count) { place in
            entries[places[place]].wire
        } results: { first, results in
            for (offset, result) in results.enumerated() {
                let entry = entries[places[first + offset]]
                try write(try Self.line(result, of: entry, into: &sum))
            }
            done = first + results.count
            progress.show(Int64(done), of: Int64(places.count))
        }
    }

    // MARK: - The order

    /// The entries' places in the order of awarding.
    private func places() async throws -> [Int] {
        let entries = self.round.entries
        guard let order = self.order else { return Array(entries.indices) }
        let records = try OrderRecords(self.schema)
        var scopes: [UInt32: OrderScope] = [:]
        var numbers: [UInt32] = []
        for entry in entries {
            guard let facts = records.facts(of: entry) else {
                throw RunFailure.badInput(
                    Language.said(
                        "第 \(entry.line) 行：facts：应当填写且只填写一项措施的事实",
                        "line \(entry.line): facts: the facts of exactly one measure are wanted"
                    )
                )
            }
            numbers.append(facts.number)
            if scopes[facts.number] == nil { scopes[facts.number] = try OrderScope(order, facts: facts, records) }
        }
        try Self.checkTypes(of: order, scopes.values)
        let assessments = scopes.values.contains { $0.readsAssessment } ? try await self.assessments() : []
        var keys: [[OrderKey]] = []
        keys.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            let assessment = assessments.isEmpty ? nil : assessments[index]
            keys.append(try scopes[numbers[index]]?.keys(of: entry, assessment: assessment) ?? [])
        }
        return order.sorted(keys)
    }

    /// An expression may come to a number for one measure and to a text for another, which nobody can put in order.
    private static func checkTypes(of order: AwardOrder, _ scopes: some Collection<OrderScope>) throws {
        for (index, term) in order.terms.enumerated() {
            let types = Set(scopes.map { $0.resultTypes[index] })
            guard types.count > 1 else { continue }
            let names = types.map(\.description).sorted().joined(separator: Language.said("、", ", "))
            throw RunFailure.badInput(
                Language.said(
                    "--order-by：\(term.text) 在各措施中类型不同（\(names)）",
                    "--order-by: \(term.text) is of several types (\(names)), depending on the measure"
                )
            )
        }
    }

    /// The assessments of the applications by themselves, serialized; `nil` for those that have none. Without the book: the
    /// order of a round that was cut off is the same when it goes on.
    private func assessments() async throws -> [[UInt8]?] {
        let progress = BookProgress("已评估", "assessed:")
        defer { progress.end() }
        let (applications, given) = AsyncStream.makeStream(of: ByteBuffer.self)
        for entry in self.round.entries { given.yield(ByteBuffer(bytes: entry.wire[entry.application])) }
        given.finish()
        let options = GrantdEvaluationOptions(
            stage: self.run.stage,
            assumeUnsetBarsAbsent: self.run.assumeUnsetBarsAbsent
        )
        var assessments: [[UInt8]?] = []
        let scores = self.client.score(entries: applications, mostPerCall: 512, batchesInFlight: 4) { application in
            .application(application, options)
        }
        for try await score in scores {
            assessments.append(try score.assessment?.serializedBytes())
            progress.show(Int64(assessments.count), of: Int64(self.round.entries.count))
        }
        return assessments
    }

    // MARK: - Results

    /// `{"line", "idempotency_key", "assessment", "award", "replayed"}`, or with `error` in place of the last three.
    private static func line(
        _ result: GrantdAwardBatchResult,
        of entry: AwardRound.Entry,
        into totals: inout AwardTotals
    ) throws -> [UInt8] {
        let answer: [UInt8]
        switch result.result {
        case .award(let response):
            totals.add(response)
            answer = try AnswerJSON.line(response)
        case .error(let error):
            let error = GrantdClientError(error)
            let application = try? GrantdApplication(
                serializedBytes: Array(entry.wire[entry.application]),
                partial: true
            )
            let id = application?.applicationID ?? ""
            totals.add(AwardTotals.Failure(line: entry.line, applicationID: id, error: error))
            answer = AnswerJSON.line(error, line: entry.line, applicationID: id)
        case nil: throw GrantdClientError(code: .invalidReply, message: "a result of a batch is empty")
        }
        let head = #"{"line":\#(entry.line),"idempotency_key":\#(AnswerJSON.quoted(entry.key)),"#
        return Array(head.utf8) + answer.dropFirst()
    }
}
