//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// A call that was answered, as it is written down. Its bytes are the caller's, and are copied.
package struct Decision {
    package var method: Method
    package var transport: CallTransport
    package var caller: Caller.Number
    /// What it was decided by.
    package var policies: CompiledPolicies
    package var id: RequestID
    /// The request's message as protobuf, and the reply's.
    package var request: UnsafeRawBufferPointer
    package var reply: UnsafeRawBufferPointer

    package init(
        method: Method,
        transport: CallTransport,
        caller: Caller.Number,
        policies: CompiledPolicies,
        id: RequestID,
        request: UnsafeRawBufferPointer,
        reply: UnsafeRawBufferPointer
    ) {
        self.method = method
        self.transport = transport
        self.caller = caller
        self.policies = policies
        self.id = id
        self.request = request
        self.reply = reply
    }
}

/// How a call is written down that is answered on another thread than the one that took it.
package struct DecisionRecording: Sendable {
    package let recorder: any DecisionRecorder
    package let transport: CallTransport
    package let id: RequestID

    package init(_ recorder: any DecisionRecorder, _ transport: CallTransport, id: RequestID) {
        self.recorder = recorder
        self.transport = transport
        self.id = id
    }
}
