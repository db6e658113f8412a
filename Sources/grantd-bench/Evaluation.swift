//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema

/// One sample, ready to be evaluated over and over without the network.
final class Evaluation {
    private let sample: Sample
    private let payload: [UInt8]
    private let engine: Engine
    private let reply = ByteWriter(limit: 16 << 20)

    init(_ sample: Sample, policies: PolicySet) throws {
        self.sample = sample
        self.payload = try sample.payload()
        self.engine = Engine(policies: policies)
    }

    /// Decodes, evaluates and encodes once.
    ///
    /// - Returns: The reply's length in bytes.
    func run() throws -> Int {
        self.reply.reset()
        return try self.payload.withUnsafeBytes { bytes in
            switch self.sample {
            case .typical, .awarded, .awards, .largest, .deals, .undetermined, .explained:
                try self.engine.evaluate(bytes, into: self.reply)
            case .screen:
                try self.engine.screen(bytes, into: self.reply)
            case .batch:
                let job = try self.engine.beginBatch(bytes)
                while try !job.step(maximum: 64, into: self.reply) {}
            }
            return self.reply.count
        }
    }
}
