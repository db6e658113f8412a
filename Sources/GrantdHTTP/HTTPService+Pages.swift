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
        do throws(PageRefusal) {
            switch load {
            case .normal, .cooldown: break
            case .busy: throw .busy
            case .stopping: throw .stopping
            }
            if Origins.isForeign(request.head) { throw .foreignForm }
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
            let (head, route) = (request.head, request.route)
            let failed: @Sendable (CallError) -> HTTPReply = {
                contract.pages.refusal($0.pageRefusal, to: head, route)
            }
            return .costly(
                self.custom(terms, failed: failed) { engine in
                    HTTPReply(contract.pages.respond(to: page, by: engine, decided: decided))
                }
            )
        } catch {
            self.refuse(request, error, terms, &output)
            return .written(nil, error: nil)
        }
    }

    /// Appends the page for a request that comes to none.
    func refuse(_ request: HTTPRequest, _ refusal: PageRefusal, _ terms: ReplyTerms, _ output: inout ByteBuffer) {
        var terms = terms
        // To compress it would cost more than all the rest.
        terms.acceptsGzip = false
        terms.append(self.contract.pages.refusal(refusal, to: request.head, request.route), to: &output)
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

extension Pages {
    /// The page for a request that comes to none.
    fileprivate func refusal(_ refusal: PageRefusal, to head: RequestHead, _ route: Route) -> HTTPReply {
        let query = (try? PageRequest.pairs((head.query ?? "").utf8, otherwise: .badAddress)) ?? []
        var reply = HTTPReply(self.refuse(refusal, query: query, acceptLanguage: head[.acceptLanguage] ?? ""))
        switch refusal {
        case .wrongMethod: reply.headers.append(("allow", Origins.methods(of: route)))
        case .noForm: reply.headers.append(("accept-post", "application/x-www-form-urlencoded"))
        default: break
        }
        return reply
    }
}

extension CallError {
    /// What a browser is told where its page is not worked on.
    fileprivate var pageRefusal: PageRefusal {
        switch self.code {
        case 2003: .stopping
        case 2004: .busy
        default: .fails
        }
    }
}

extension HTTPReply {
    init(_ response: PageResponse) {
        self.init(status: response.status, headers: response.headers, body: response.body)
    }
}
