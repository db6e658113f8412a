//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPages
internal import GrantdService
internal import NIOCore

/// Pages for people.
extension HTTPService {
    func page(
        _ request: HTTPRequest,
        _ load: CallDispatcher.Load,
        _ terms: ReplyTerms,
        _ output: inout ByteBuffer
    ) -> Answer {
        do throws(HTTPFault) {
            switch load {
            case .normal, .suspect: break
            case .busy: throw HTTPFault(429, Refusal.busy.message)
            case .stopping: throw HTTPFault(503, Refusal.stopping.message)
            }
            if Origins.isForeign(request.head) { throw HTTPFault(403, "the form stands on another site") }
            let page = try PageRequest(
                request,
                isSecure: self.configuration.isSecure,
                showsAwards: self.keepsBook && request.caller?.roles.contains(.agency) == true,
                keepsDecisions: self.recorder != nil,
                asksForTokens: !self.tokens.isEmpty
            )
            let contract = self.contract
            if request.route == .awardsPage { return self.awardsPage(page, request, terms) }
            let decided = self.recording(of: request)
            return .costly(
                self.custom(terms) { engine in
                    let response = contract.pages.respond(to: page, by: engine, decided: decided)
                    return HTTPReply(status: response.status, headers: response.headers, body: response.body)
                }
            )
        } catch {
            terms.append(error.reply, to: &output)
            return .written(nil, errorCode: nil)
        }
    }

    /// Writes down what a page decides, on the compute thread that makes it.
    private func recording(of request: HTTPRequest) -> @Sendable (PageDecision) -> Void {
        guard let recorder = self.recorder else { return { _ in } }
        let policies = self.contract.policies
        let (caller, id) = ((request.caller ?? .stranger).number, request.id)
        return { decision in
            // Where the daemon ends meanwhile the page goes out, and what is not written is counted.
            _ = recorder.waitForRoom(while: { true })
            _ = recorder.record(
                Decision(
                    method: decision.kind == .evaluate ? .evaluate : .screen,
                    transport: .http,
                    caller: caller,
                    policies: policies,
                    id: id,
                    request: decision.request,
                    reply: decision.reply
                )
            )
        }
    }
}
