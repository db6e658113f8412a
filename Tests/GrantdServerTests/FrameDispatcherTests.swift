//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdServer

/// What is looked at first, where more than one thing is wrong with a call.
struct FrameDispatcherTests {
    /// Everything that can be wrong with a call, in the order in which it is looked at.
    private enum Fault: Int, CaseIterable {
        case meta, token, service, method, load, compression, contentType, attachment, deadline, payload
    }

    private static let token: [UInt8] = Array("a-token-that-is-long-enough-to-be-one".utf8)
    private let dispatcher: FrameDispatcher
    private let open: FrameDispatcher
    private let reply = ByteWriter(limit: 1 << 20)

    init() throws {
        let policies = try PolicySets.builtIn()
        self.dispatcher = FrameDispatcher(
            CallDispatcher(policies: policies, limits: .defaults),
            tokens: try TokenSet.parse(Self.token + Array("\n".utf8))
        )
        self.open = FrameDispatcher(
            CallDispatcher(policies: policies, limits: .defaults),
            tokens: ServerConfiguration.defaults.tokens
        )
    }

    /// The error of a call with these faults; nil for a reply.
    private func error(
        _ faults: Set<Fault>,
        load: CallDispatcher.Load = .busy,
        by dispatcher: FrameDispatcher? = nil,
        change: (inout BrpcRpcMeta) -> Void = { _ in }
    ) throws -> CallError? {
        var meta = BrpcRpcMeta()
        meta.correlationID = 7
        meta.request.serviceName = faults.contains(.service) ? "grantd.v1.Oracle" : "grantd.v1.Calculator"
        meta.request.methodName = faults.contains(.method) ? "Guess" : "Evaluate"
        meta.authenticationData = faults.contains(.token) ? .init([1, 2, 3]) : .init(Self.token)
        if faults.contains(.compression) { meta.compressType = 4 }
        if faults.contains(.contentType) { meta.contentType = 1 }
        if faults.contains(.attachment) { meta.attachmentSize = 1 << 20 }
        meta.request.timeoutMs = faults.contains(.deadline) ? 1 : 1_000
        change(&meta)
        var metaBytes: [UInt8] = try meta.serializedBytes(partial: true)
        // The request a second time: a fault of a value, so that the id is known.
        if faults.contains(.meta) { metaBytes += [0x0A, 0x00] }
        let payload = faults.contains(.payload) ? [0xFF] : try Samples.evaluate()
        let answer = metaBytes.withUnsafeBytes { meta in
            payload.withUnsafeBytes { payload in
                (dispatcher ?? self.dispatcher).dispatch(
                    metaBytes: meta,
                    rest: payload,
                    arrival: MonotonicTime(nanoseconds: 0),
                    now: MonotonicTime(nanoseconds: 500_000_000),
                    load: faults.contains(.load) ? load : .normal,
                    into: self.reply
                )
            }
        }
        switch answer {
        case .reply(let id, _), .compressedReply(let id, _, _):
            #expect(id == 7)
            return nil
        case .error(let id, let error, _):
            #expect(id == 7)
            return error
        case .costly:
            Issue.record("it is a short call")
            return nil
        }
    }

    @Test("of several faults the first in this order is told: meta, token, service, method, load, and so on")
    func order() throws {
        let codes: [Fault: (code: Int32, text: String)] = [
            .meta: (1003, "must be sent once"), .token: (1004, "authentication_data"),
            .service: (1001, "no such service"),
            .method: (1002, "no such method"), .load: (2004, "too many calls"), .compression: (1003, "compress_type 4"),
            .contentType: (1003, "content_type 1"), .attachment: (1003, "attachment_size"),
            .deadline: (1008, "timeout_ms"),
            .payload: (1003, "grantd.v1.EvaluateRequest"),
        ]
        #expect(try self.error([]) == nil)
        for first in Fault.allCases {
            let expected = try #require(codes[first])
            // With everything behind it, with each one behind it, and alone.
            let behind = Fault.allCases.filter { $0.rawValue > first.rawValue }
            let alone: [Set<Fault>] = behind.map { [$0] }
            for faults in [Set(behind)] + alone + [[]] {
                let error = try self.error(faults.union([first]))
                #expect(error?.code == expected.code, "\(first) before \(faults)")
                #expect(
                    error?.message.contains(expected.text) == true,
                    "\(first) before \(faults): \(error?.message ?? "")"
                )
            }
        }
    }

    @Test("a daemon that stops says so to all but those who ask whether it is well")
    func load() throws {
        #expect(try self.error([.load], load: .stopping)?.code == 2003)
        func health(_ meta: inout BrpcRpcMeta) {
            meta.request.serviceName = "grpc.health.v1.Health"
            meta.request.methodName = "Check"
        }
        // The payload is one of another method: its first field is a message, of which the name is no service.
        #expect(try self.error([.load], load: .stopping, change: health)?.code != 2003)
        #expect(try self.error([.load], load: .busy, change: health)?.code == 2004)
    }

    @Test("timeout_ms of 0 and less is no deadline, as in brpc", arguments: [0, -1, Int32.min])
    func noDeadline(timeout: Int32) throws {
        let error = try self.error([]) { $0.request.timeoutMs = timeout }
        #expect(error == nil)
        // Also for the call behind it, whose meta differs in its id only.
        for _ in 0..<2 {
            let error = try self.error([], by: self.open) {
                $0.clearAuthenticationData()
                $0.request.timeoutMs = timeout
            }
            #expect(error == nil)
        }
        // Half a second has passed.
        let late = try self.error([]) { $0.request.timeoutMs = 500 }
        #expect(late?.code == 1008)
        let inTime = try self.error([]) { $0.request.timeoutMs = 501 }
        #expect(inTime == nil)
    }

    @Test("a request of the meta in two pieces is refused in words, and fields that nobody knows are passed over")
    func meta() throws {
        let twice = try self.error([.meta])
        #expect(twice?.field == "request")
        #expect(
            twice?.message.hasSuffix(
                "must be sent once and whole, and comes twice; grantd does not merge the parts of a message"
            ) == true
        )
        var known = try BrpcRpcMeta(serializedBytes: [0xF8, 0x3F, 0x05] as [UInt8], partial: true)
        #expect(!known.unknownFields.data.isEmpty)
        known.request = try BrpcRpcRequestMeta(serializedBytes: [0xFA, 0x3F, 0x01, 0x07] as [UInt8], partial: true)
        let error = try self.error([]) { meta in
            let request = meta
            meta = known
            meta.correlationID = request.correlationID
            meta.request.serviceName = request.request.serviceName
            meta.request.methodName = request.request.methodName
            meta.authenticationData = request.authenticationData
        }
        #expect(error == nil)
    }
}
