//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdSchema

/// One of two policy sets that applications are assessed under, in this process.
final class ImpactSide {
    /// What came of an application.
    enum Answer {
        case assessed([UInt8])
        case refused(RequestFault)
    }

    /// The largest reply, in bytes.
    private static let largestReply = 16 << 20

    let policies: PolicySet
    private let engine: Engine
    private let requests: PolicyRequests
    private let reply = ByteWriter(limit: largestReply)

    init(_ policies: PolicySet, _ requests: PolicyRequests) {
        self.policies = policies
        self.engine = Engine(policies: policies)
        self.requests = requests
    }

    /// Assesses one application.
    ///
    /// - Parameter text: An `EvaluateRequest` as JSON.
    func answer(_ text: UnsafeBufferPointer<UInt8>) -> Answer {
        let request: [UInt8]
        do throws(RequestFault) {
            request = try self.requests.evaluateRequest(text)
        } catch {
            return .refused(error)
        }
        self.reply.reset()
        // The field alone says where; aligned memory of its own, as a frame's would be.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(request.count, 1), alignment: 16)
        defer { memory.deallocate() }
        memory.copyBytes(from: request)
        do throws(CallError) {
            try self.engine.evaluate(UnsafeRawBufferPointer(rebasing: memory[..<request.count]), into: self.reply)
        } catch {
            let message = Language.said(DaemonWords.chinese(error.message), error.message)
            return .refused(RequestFault(field: error.field, message: message))
        }
        return .assessed([UInt8](self.reply.bytes))
    }
}
