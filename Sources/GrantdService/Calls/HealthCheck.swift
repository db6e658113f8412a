//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `grpc.health.v1.Health/Check`.
///
/// The empty name asks for the daemon as a whole, a service's name (full or short) for that service: SERVING, or
/// NOT_SERVING while the daemon drains or stops. A name that is not served is answered with SERVICE_UNKNOWN rather than an
/// error: the framing has no number for "not found", and the question itself was a good one.
final class HealthCheck {
    /// `HealthCheckResponse.ServingStatus`
    private static let status = (serving: Int64(1), notServing: Int64(2), unknown: Int64(3))
    /// `HealthCheckResponse.status`
    private static let statusField: UInt32 = 1

    private let arena = Arena(limit: 64 << 10, retained: 4 << 10)
    // Not our contract: stock clients may be made from a newer one.
    private let decoder = MessageDecoder(.healthCheckRequest, passesUnknownFields: true)
    private let serviceSlot = MessageType.healthCheckRequest.field(named: "service")

    /// Answers a `HealthCheckRequest` with a `HealthCheckResponse`, appended to `reply`.
    func answer(
        _ payload: UnsafeRawBufferPointer,
        isReady: Bool,
        into reply: ByteWriter
    ) throws(CallError) {
        self.arena.reset()
        let message: MessageView
        do throws(MessageDecoder.Failure) {
            message = try self.decoder.decode(payload, into: self.arena)
        } catch {
            guard case .fault(let fault) = error else { throw Refusal.healthRequest }
            throw CallError(code: fault.code, message: fault.message, field: fault.field)
        }
        guard let slot = self.serviceSlot else { throw Refusal.healthRequest }
        let name = message.string(slot) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        let isKnown = name.isEmpty || Method.allCases.contains { MethodTable.isService($0.entry.service, name) }
        let value =
            if !isKnown {
                Self.status.unknown
            } else if isReady {
                Self.status.serving
            } else {
                Self.status.notServing
            }
        reply.write(field: Self.statusField, varint: value)
    }
}
