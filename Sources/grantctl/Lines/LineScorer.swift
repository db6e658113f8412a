//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf
internal import Synchronization

/// Assesses requests that stand one a line, and writes an answer for each, in their order.
///
/// A block of lines is read, asked and written by one task, several blocks at a time; neighbours with the same options
/// share a call. Memory is bounded by the blocks under way, however long the input is.
struct LineScorer: Sendable {
    /// Blocks under way: enough to keep a daemon busy while others are read and written.
    static let window = 8

    let client: GrantdClient
    /// What reads the lines.
    let readers: RequestReaders
    /// Ask for the reasoning, whatever a line says.
    let explains: Bool
    /// Whether a daemon has answered: from then on a batch is tried as often as its deadline leaves time for, so that a
    /// daemon that is started anew loses nothing. One that never was there is not waited for.
    private let hasAnswered = Once()

    init(client: GrantdClient, readers: RequestReaders, explains: Bool) {
        self.client = client
        self.readers = readers
        self.explains = explains
    }

    /// Answers every line.
    ///
    /// - Parameters:
    ///   - input: The lines.
    ///   - output: Where the answers go.
    /// - Throws: Where the rest cannot be answered: the daemon is gone, the output is closed.
    func run(_ input: Input, to output: OrderedOutput) async throws {
        let source = LineSource(input, window: Self.window)
        try await withThrowingDiscardingTaskGroup { group in
            for try await block in source.blocks {
                group.addTask {
                    do {
                        let (bytes, tally) = try await self.answer(block)
                        try await output.add(bytes, tally, number: block.number)
                        source.blockDone()
                    } catch {
                        source.fail(error)
                        throw error
                    }
                }
            }
        }
    }

    /// The answers to a block, one a line.
    private func answer(_ block: LineBlock) async throws -> ([UInt8], LineTally) {
        var answers: [[UInt8]] = Array(repeating: [], count: block.lines.count)
        var tally = LineTally()
        var batch = ApplicationBatch()
        var reader = await self.readers.current
        for (index, line) in block.lines.enumerated() {
            switch try await self.read(line, of: block, &reader) {
            case .failure(let problem):
                let id = line.map { problem.applicationID(in: block.bytes[$0]) } ?? ""
                answers[index] = AnswerJSON.line(
                    problem.asClientError,
                    line: block.firstLine + index,
                    applicationID: id
                )
                tally.malformed += 1
            case .success(let application):
                if !batch.hasRoom(for: application) {
                    try await self.assess(batch, of: block, into: &answers, &tally)
                    batch = ApplicationBatch()
                }
                batch.append(application, line: index)
            }
        }
        try await self.assess(batch, of: block, into: &answers, &tally)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answers.reduce(0) { $0 + $1.count })
        for answer in answers { bytes.append(contentsOf: answer) }
        return (bytes, tally)
    }

    /// Reads a line, with a newer reader where the daemon has a newer schema.
    ///
    /// - Throws: Where the line may be right for the daemon, which cannot be asked.
    private func read(
        _ line: Range<Int>?,
        of block: LineBlock,
        _ reader: inout RequestReaders.Current
    ) async throws(GrantdClientError) -> Result<EncodedApplication, RequestFault> {
        let result = self.read(line, of: block, reader.reader)
        guard case .failure(let problem) = result, problem.unknown != nil else { return result }
        if let failure = reader.failure, self.isForNobody(failure) {
            if problem.unknown == .measure { throw failure }
            return result
        }
        let newest = await self.readers.newest(after: reader, isPatient: self.hasAnswered.isDone)
        if problem.unknown == .measure, let failure = newest.failure { throw failure }
        guard newest.number != reader.number else { return result }
        reader = newest
        return self.read(line, of: block, reader.reader)
    }

    /// Whether a failure says that there never was a daemon: the attempts for its schema were attempts enough.
    private func isForNobody(_ failure: GrantdClientError) -> Bool { failure.isOfNobody && !self.hasAnswered.isDone }

    private func read(
        _ line: Range<Int>?,
        of block: LineBlock,
        _ reader: RequestReader<GrantdEvaluateRequest>
    ) -> Result<EncodedApplication, RequestFault> {
        guard let line else {
            return .failure(
                RequestFault(
                    field: "",
                    message: Language.said("该行过长，不可能是一个请求", "the line is too long for a request")
                )
            )
        }
        do throws(RequestFault) {
            var application = try block.bytes.withUnsafeBufferPointer { bytes throws(RequestFault) in
                try reader.readApplication(UnsafeBufferPointer(rebasing: bytes[line]))
            }
            if self.explains { application.options.explain = .full }
            return .success(application)
        } catch {
            return .failure(error)
        }
    }

    private func assess(
        _ batch: ApplicationBatch,
        of block: LineBlock,
        into answers: inout [[UInt8]],
        _ tally: inout LineTally
    ) async throws {
        guard !batch.lines.isEmpty else { return }
        if let failure = await self.readers.current.failure, self.isForNobody(failure) { throw failure }
        do throws(GrantdClientError) {
            let payload = try await self.client.call(
                .evaluateBatch,
                payload: try batch.payload(),
                isPatient: self.hasAnswered.isDone
            )
            self.hasAnswered.done()
            let results = try Self.results(payload, count: batch.lines.count)
            for (line, result) in zip(batch.lines, results) {
                switch result.result {
                case .assessment(let assessment):
                    answers[line] = try Self.line(assessment)
                    tally.assessed += 1
                case .error(let error):
                    let error = GrantdClientError(
                        code: .init(number: error.code),
                        message: error.message,
                        field: error.field
                    )
                    answers[line] = Self.line(error, line, batch, block)
                    tally.count(error)
                case nil:
                    break
                }
            }
        } catch {
            switch error.code {
            case .connectionFailed, .connectionLost, .unavailable, .unauthenticated, .cancelled, .shutDown,
                .deadlineExceeded where error.isAfterLoss:
                // It would be the same for every line that follows.
                throw error
            case .limitExceeded where batch.lines.count > 1, .replyTooLarge where batch.lines.count > 1:
                for half in batch.halves { try await self.assess(half, of: block, into: &answers, &tally) }
            default:
                var error = error
                error.message = error.toolMessage
                for line in batch.lines {
                    answers[line] = Self.line(error, line, batch, block)
                    tally.count(error)
                }
            }
        }
    }

    /// The answer to a line whose application was sent and has no assessment.
    private static func line(
        _ error: GrantdClientError,
        _ line: Int,
        _ batch: ApplicationBatch,
        _ block: LineBlock
    ) -> [UInt8] {
        let application = try? GrantdApplication(serializedBytes: Array(batch.application(onLine: line)))
        return AnswerJSON.line(
            error,
            line: block.firstLine + line,
            applicationID: application?.applicationID ?? ""
        )
    }

    private static func line(_ assessment: GrantdAssessment) throws(GrantdClientError) -> [UInt8] {
        do {
            return try AnswerJSON.line(assessment)
        } catch {
            throw GrantdClientError(
                code: .invalidReply,
                message: "an assessment cannot be written as JSON",
                cause: error
            )
        }
    }

    private static func results(
        _ payload: ByteBuffer,
        count: Int
    ) throws(GrantdClientError) -> [GrantdEvaluateBatchResult] {
        let response: GrantdEvaluateBatchResponse
        do {
            response = try payload.withUnsafeReadableBytes { bytes in
                try GrantdEvaluateBatchResponse(serializedBytes: Array(bytes))
            }
        } catch {
            throw GrantdClientError(code: .invalidReply, message: "the answer to a batch does not decode", cause: error)
        }
        try response.checkComplete(applications: count)
        return response.results
    }
}

/// Something that happens once, noted from anywhere.
private final class Once: Sendable {
    private let flag = Atomic<Bool>(false)

    var isDone: Bool { self.flag.load(ordering: .relaxed) }

    func done() { self.flag.store(true, ordering: .relaxed) }
}

extension LineTally {
    fileprivate mutating func count(_ error: GrantdClientError) {
        if error.isOfInput { self.malformed += 1 } else { self.failed += 1 }
    }
}
