//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdJSON
internal import GrantdSchema

/// The pages ask the engine in the words that any client has: a request as JSON, so that a page and the API give one answer.
extension PageContext {
    /// What a request as JSON, an `EvaluateRequest`, is answered with.
    ///
    /// - Parameter isTrial: It is only tried what would be, for the page to know what to ask and say: nothing is decided.
    func evaluate(_ json: String, isTrial: Bool) -> Result<AssessmentReply, Refusal> {
        self.call(json, self.shelf.requests.evaluate, isTrial ? nil : .evaluate, reply: .assessment) {
            request,
            reply throws(CallError) in
            try self.engine().evaluate(request, into: reply)
        }.map(AssessmentReply.init)
    }

    /// What a request as JSON, a `ScreenRequest`, is answered with.
    func screen(_ json: String, isTrial: Bool) -> Result<ScreenReply, Refusal> {
        self.call(json, self.shelf.requests.screen, isTrial ? nil : .screen, reply: .screenResponse) {
            request,
            reply throws(CallError) in
            try self.engine().screen(request, into: reply)
        }.map(ScreenReply.init)
    }

    private func call(
        _ json: String,
        _ root: JSONPlan.Root?,
        _ kind: PageDecision.Kind?,
        reply type: MessageType,
        answer: (UnsafeRawBufferPointer, ByteWriter) throws(CallError) -> Void
    ) -> Result<KeptReply, Refusal> {
        guard let root else { return .failure(Refusal(.fault("the request has no schema"))) }
        let request = ByteWriter(limit: 4 << 20)
        let text = Array(json.utf8)
        do throws(JSONFault) {
            let reader = JSONReader(self.shelf.requests.plan)
            try Self.read(text, root, reader, into: request)
        } catch {
            return .failure(Refusal(error))
        }
        let reply = ByteWriter(limit: 16 << 20)
        do throws(CallError) {
            try answer(request.bytes, reply)
        } catch {
            return .failure(Refusal(error))
        }
        if let kind { self.decided(PageDecision(kind: kind, request: request.bytes, reply: reply.bytes)) }
        let arena = Arena()
        guard let view = type.unpack(reply.bytes, into: arena) else {
            return .failure(Refusal(.overLimit("the reply is too large for a page")))
        }
        return .success(KeptReply(view: ReplyView(view, type), arena: arena))
    }

    private static func read(
        _ text: [UInt8],
        _ root: JSONPlan.Root,
        _ reader: JSONReader,
        into writer: ByteWriter
    ) throws(JSONFault) {
        let result: Result<Void, JSONFault> = text.withUnsafeBufferPointer { buffer in
            do throws(JSONFault) {
                try reader.read(buffer, as: root, into: writer)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// A reply with the memory that it stands in.
struct KeptReply {
    let view: ReplyView
    let arena: Arena
}
