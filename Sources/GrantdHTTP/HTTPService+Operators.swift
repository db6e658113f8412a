//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdEngine
internal import GrantdSchema
internal import GrantdService
internal import NIOCore

/// What programs that look after the daemon read, and whatever else is no call.
extension HTTPService {
    func operate(
        _ operation: Route.Operation,
        _ request: HTTPRequest,
        _ load: CallDispatcher.Load,
        _ terms: ReplyTerms,
        _ output: inout ByteBuffer
    ) -> Answer {
        guard request.head.method == .get || request.head.method == .head else {
            terms.append(.text(405, "read it with GET", headers: [("allow", "GET, HEAD, OPTIONS")]), to: &output)
            return .written(nil, error: nil)
        }
        if operation == .metrics, let metrics = self.operators.metrics {
            return .eventual { _ in
                var output = ByteBuffer()
                terms.append(await metrics(), to: &output)
                return output
            }
        }
        if let made = operation.reply(self.contract, isStopping: load.isStopping, isDraining: self.calls.isDraining) {
            let reply = Self.shortened(made, known: request.head[.ifNoneMatch])
            if terms.acceptsGzip, reply.body.count > CompressionFormat.immediateReply {
                return .costly(self.custom(terms) { _ in reply })
            }
            terms.append(reply, to: &output)
            return .written(nil, error: nil)
        }
        guard operation == .openAPI else {
            terms.append(.text(404, "there is no such page"), to: &output)
            return .written(nil, error: nil)
        }
        let (contract, known) = (self.contract, request.head[.ifNoneMatch])
        let access = OpenAPIDocument.Access(
            asksForTokens: !self.tokens.isEmpty,
            isOperationPublic: self.configuration.isOperationPublic
        )
        return .costly(
            self.custom(terms) { _ in
                Self.shortened(contract.openAPI.reply(contract.policies.policies, access), known: known)
            }
        )
    }

    /// A reply, or that the caller has it already.
    private static func shortened(_ reply: HTTPReply, known: String?) -> HTTPReply {
        guard let known, let tag = reply.headers.first(where: { $0.name == "etag" })?.value,
            known == "*" || known.split(separator: ",").contains(where: { Self.opaque($0) == Self.opaque(tag[...]) })
        else { return reply }
        return HTTPReply(status: 304, headers: [("etag", tag)])
    }

    /// What two tags are compared by: a cache in between may have made a weak one of a strong one.
    private static func opaque(_ tag: Substring) -> String {
        let tag = tag.filter { $0 != " " }
        return tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }

    /// A request that is no call, and is answered on a compute thread.
    ///
    /// - Parameter failed: The reply where it is not.
    func custom(
        _ terms: ReplyTerms,
        failed: @escaping @Sendable (CallError) -> HTTPReply = { .text(ConnectCode($0.status).status, $0.message) },
        _ body: @escaping @Sendable (Engine) -> HTTPReply
    ) -> CostlyRequest {
        CostlyRequest(
            work: .custom { _, engine, writer throws(CallError) in
                var output = ByteBuffer()
                terms.append(body(engine), to: &output)
                output.withUnsafeReadableBytes { writer.write($0) }
            },
            kind: nil,
            caller: .stranger,
            subject: nil,
            request: ByteBuffer(),
            deadline: nil
        ) { outcome in
            switch outcome {
            case .success(let reply): return ByteBuffer(bytes: reply.payload)
            case .failure(let error):
                var output = ByteBuffer()
                terms.append(failed(error), to: &output)
                return output
            }
        }
    }
}
