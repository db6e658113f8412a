//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages

/// The reader of a long run's requests, made anew where a request has names that its schema lacks and the daemon has
/// another schema by now.
actor RequestReaders {
    /// A reader and where it comes from.
    struct Current: Sendable {
        let reader: RequestReader<GrantdEvaluateRequest>
        /// Counts the schemas of the run, from 0.
        let number: Int
        /// Why the daemon did not tell its schema when it was last asked.
        var failure: GrantdClientError?
    }

    /// The least time between two questions: an input full of wrong names asks no more often.
    static let pause = Duration.seconds(1)

    private(set) var current: Current
    private var schema: DaemonSchema
    private let client: GrantdClient
    private let address: GrantdAddress
    private let clock = ContinuousClock()
    private var askedAt: ContinuousClock.Instant?
    private var question: Task<DaemonSchema?, any Error>?

    /// - Parameters:
    ///   - schema: What the run begins with.
    ///   - client: Who asks for another.
    ///   - address: Whom.
    /// - Throws: Where the schema has no such request.
    init(_ schema: DaemonSchema, _ client: GrantdClient, address: GrantdAddress) throws {
        self.schema = schema
        self.current = Current(
            reader: try RequestReader(evaluations: schema.schema),
            number: 0,
            failure: schema.failure
        )
        self.client = client
        self.address = address
    }

    /// The newest reader, after the daemon was asked, if it may be asked again by now.
    ///
    /// - Parameters:
    ///   - reader: The one that lacks a name; where there is a newer one already, nobody is asked.
    ///   - isPatient: Try as often as the deadline leaves time for.
    /// - Returns: The same one where the daemon has no other schema, or does not tell.
    func newest(after reader: Current, isPatient: Bool) async -> Current {
        guard self.current.number == reader.number else { return self.current }
        let question: Task<DaemonSchema?, any Error>
        if let running = self.question {
            question = running
        } else {
            let now = self.clock.now
            if let askedAt, askedAt.duration(to: now) < Self.pause { return self.current }
            self.askedAt = now
            let (schema, client, address) = (self.schema, self.client, self.address)
            question = Task { try await schema.newer(client, address: address, isPatient: isPatient) }
            self.question = question
        }
        let answer = await question.result
        // Whoever comes first afterwards takes the answer in.
        if self.question == question {
            self.question = nil
            self.take(answer)
        }
        return self.current
    }

    private func take(_ answer: Result<DaemonSchema?, any Error>) {
        do {
            self.current.failure = nil
            guard let schema = try answer.get() else { return }
            let reader = try RequestReader<GrantdEvaluateRequest>(evaluations: schema.schema)
            self.schema = schema
            self.current = Current(reader: reader, number: self.current.number + 1, failure: nil)
        } catch {
            self.current.failure =
                error as? GrantdClientError
                ?? GrantdClientError(code: .invalidReply, message: "the schema is not grantd's", cause: error)
        }
    }
}
