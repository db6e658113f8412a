//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

/// Calls an engine with JSON, for tests.
struct Caller {
    typealias JSON = [String: Any]

    let engine: Engine
    /// The requests that the policies answer.
    let types: ApplicationTypes

    init(policies: PolicySet? = nil, limits: EngineLimits = .defaults) throws {
        let policies = try policies ?? PolicySet.builtIn()
        self.engine = Engine(policies: policies, limits: limits)
        self.types = policies.types
    }

    /// The bytes of an answer; an error of the call is thrown.
    func bytes(
        _ request: JSON,
        as type: MessageType,
        _ call: (Engine, UnsafeRawBufferPointer, ByteWriter) throws -> Void
    ) throws -> [UInt8] {
        let reply = ByteWriter(limit: 16 << 20)
        let encoded = try JSONMessage.encode(request, as: type)
        try encoded.withUnsafeBytes { try call(self.engine, $0, reply) }
        return [UInt8](reply.bytes)
    }

    static func decode(_ bytes: [UInt8], as type: MessageType) throws -> JSON {
        try #require(bytes.withUnsafeBytes { JSONMessage.decode($0, as: type) })
    }

    /// Answers an `EvaluateRequest`.
    func evaluate(_ application: JSON, _ options: JSON = [:]) throws -> JSON {
        var request = options
        request["application"] = application
        return try Self.decode(
            self.bytes(request, as: self.types.evaluateRequest) { try $0.evaluate($1, into: $2) },
            as: .assessment
        )
    }

    /// Answers an `EvaluateBatchRequest`, so many applications a step.
    func batch(_ applications: [JSON], _ options: JSON = [:], maximum: Int = 64) throws -> [JSON] {
        var request = options
        request["applications"] = applications
        let bytes = try self.bytes(request, as: self.types.evaluateBatchRequest) { engine, bytes, reply in
            let job = try engine.beginBatch(bytes)
            while try !job.step(maximum: maximum, into: reply) {}
        }
        return try Self.decode(bytes, as: .evaluateBatchResponse)["results"] as? [JSON] ?? []
    }

    /// Answers a `ScreenRequest`.
    func screen(_ request: JSON) throws -> [JSON] {
        let bytes = try self.bytes(request, as: self.types.screenRequest) { try $0.screen($1, into: $2) }
        return try Self.decode(bytes, as: .screenResponse)["assessments"] as? [JSON] ?? []
    }

    /// The error that an application is refused with.
    func refusal(_ application: JSON, _ options: JSON = [:]) -> CallError? {
        do {
            _ = try self.evaluate(application, options)
            return nil
        } catch {
            return error as? CallError
        }
    }
}

extension [String: Any] {
    /// A list of objects under a key; empty where there is none.
    func list(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }

    /// The paths of the missing facts.
    var missing: [String] { self.list("missing").compactMap { $0["path"] as? String } }

    func with(_ key: String, _ value: Any?) -> [String: Any] {
        var copy = self
        copy[key] = value
        return copy
    }
}

/// Applications that are eligible, for tests to spoil.
enum Sample {
    static func platform(_ facts: [String: Any] = [:]) -> [String: Any] {
        [
            "application_id": "a-1",
            "as_of": "2026-05-20",
            "subject_id": "P1",
            "applicant": ["registered_in_beijing": true],
            "medical_device_common_platform": [
                "for_medical_device_industry": true,
                "common_technology_platform": true,
                "engineering_investment_fen": 100_000_001,
            ].merging(facts) { $1 },
        ]
    }

    static func award(_ measure: String, _ subject: String?, _ day: String, _ fen: Int64) -> [String: Any] {
        ["measure": measure, "awarded_on": day, "amount_fen": fen].with("subject_id", subject)
    }
}
