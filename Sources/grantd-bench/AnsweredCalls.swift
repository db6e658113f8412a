//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdEngine
internal import GrantdMessages
internal import GrantdSchema
internal import GrantdService
internal import SwiftProtobuf

/// Calls that were answered, as a log takes them down; their bytes stay as long as this does.
final class AnsweredCalls {
    private(set) var decisions: [Decision] = []
    private var memory: [UnsafeMutableRawBufferPointer] = []
    private let engine: Engine

    private init(_ policies: CompiledPolicies) { self.engine = Engine(policies) }

    deinit {
        for piece in self.memory { piece.deallocate() }
    }

    /// One sample, over and over.
    static func of(_ sample: Sample, _ policies: CompiledPolicies) throws -> AnsweredCalls {
        let calls = AnsweredCalls(policies)
        let engine = calls.engine
        switch sample {
        case .screen:
            try calls.add(.screen, sample.payload()) { try engine.screen($0, into: $1) }
        case .batch:
            try calls.add(.evaluateBatch, sample.payload()) { request, reply in
                let job = try engine.beginBatch(request)
                while try !job.step(into: reply) {}
            }
        default:
            try calls.add(.evaluate, sample.payload()) { try engine.evaluate($0, into: $1) }
        }
        return calls
    }

    /// The applications of the built-in programmes' worked cases, but for those that are refused: no log has them.
    static func ofWorkedCases(_ policies: CompiledPolicies) throws -> AnsweredCalls {
        let calls = AnsweredCalls(policies)
        let engine = calls.engine
        for file in BuiltInCases.files {
            for item in try PolicyCaseFile(name: file.name, bytes: file.bytes).cases {
                guard case .evaluate(let request) = item.question, case .answer = item.expectation else { continue }
                let payload: [UInt8] = try GrantdEvaluateRequest(jsonString: request.json).serializedBytes()
                try calls.add(.evaluate, payload) { try engine.evaluate($0, into: $1) }
            }
        }
        return calls
    }

    private func add(
        _ method: Method,
        _ payload: [UInt8],
        answer: (UnsafeRawBufferPointer, ByteWriter) throws -> Void
    ) throws {
        let request = self.keep(payload)
        let reply = ByteWriter(limit: 16 << 20)
        try answer(request, reply)
        self.decisions.append(
            Decision(
                method: method,
                transport: .frames,
                caller: .unnamed,
                policies: self.engine.compiled,
                id: .none,
                request: request,
                reply: self.keep(reply.bytes)
            )
        )
    }

    private func keep(_ bytes: some Collection<UInt8>) -> UnsafeRawBufferPointer {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        piece.copyBytes(from: bytes)
        self.memory.append(piece)
        return UnsafeRawBufferPointer(rebasing: piece[..<bytes.count])
    }
}
