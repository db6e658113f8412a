//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
package import GrantdEngine
internal import GrantdJSON
internal import GrantdPages
internal import GrantdSchema
package import GrantdService
package import NIOCore

/// From a request to the bytes of its reply. One per event loop, used on that alone.
package final class HTTPService {
    /// What became of a request.
    package enum Answer {
        /// The reply is written.
        ///
        /// - Parameters:
        ///   - subject: what it is counted by; nil where it answers no call.
        ///   - error: the call's error, if it is one.
        case written(CallSubject?, error: CallError.Kind?)
        /// It is worked on elsewhere.
        case costly(CostlyRequest)
        /// It is gathered elsewhere, by calls of the connection's where it takes any.
        case eventual(@Sendable (LaneClient) async -> ByteBuffer)
    }

    /// A request that is not answered at once.
    package struct CostlyRequest: Sendable {
        package let work: PendingCall.Work
        /// How it is worked on; as the method says where it is nil.
        package let kind: Method.Kind?
        package let caller: Caller
        /// What its answer is counted by; nil for what is no call.
        package let subject: CallSubject?
        package let request: ByteBuffer
        package let deadline: MonotonicTime?
        /// Whether it was begun here and took too long.
        package var wasPreempted = false
        package let encode: @Sendable (PendingCall.Outcome) -> ByteBuffer
    }

    let configuration: HTTPConfiguration
    private let limits: Limits
    let tokens: TokenSet
    let operators: Operators
    /// Whether there is a book of awards.
    let keepsBook: Bool
    private let origins: Origins
    /// Writes decisions down; nil where nobody does.
    let recorder: (any DecisionRecorder)?
    private(set) var contract: HTTPContract
    private(set) var calls: CallDispatcher
    private var reader: JSONReader
    /// Names the requests that come without an id.
    private var ids = RequestIDMaker()
    /// A message that came compressed.
    private let message = ByteWriter(limit: CompressionFormat.immediateMessage)
    private let request: ByteWriter
    private let reply: ByteWriter
    private let text: ByteWriter

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - calls: answers the short calls; this thread's.
    ///   - recorder: writes decisions down.
    package init(
        _ contract: HTTPContract,
        calls: CallDispatcher,
        configuration: HTTPConfiguration,
        limits: Limits,
        tokens: TokenSet,
        operators: Operators,
        recorder: (any DecisionRecorder)? = nil,
        keepsBook: Bool = false
    ) {
        self.recorder = recorder
        self.keepsBook = keepsBook
        self.configuration = configuration
        self.limits = limits
        self.tokens = tokens
        self.operators = operators
        self.origins = Origins(configuration.allowedOrigins)
        self.contract = contract
        self.calls = calls
        self.reader = contract.makeReader(of: .evaluate, limits)
        self.request = ByteWriter(limit: limits.requestBytes)
        self.reply = ByteWriter(limit: limits.replyBytes)
        self.text = ByteWriter(limit: limits.replyBytes)
    }

    /// Puts other policies in place of the present ones.
    package func replace(_ contract: HTTPContract, calls: CallDispatcher) {
        self.contract = contract
        self.calls = calls
        self.reader = contract.makeReader(of: .evaluate, self.limits)
    }

    /// What a peer may send.
    package var requestLimits: HTTPLimits { self.configuration.limits }

    // MARK: - Heads

    /// What comes of a head.
    package enum Admission {
        /// Its body is waited for.
        case body(HTTPRequest)
        /// It is answered without; a body that follows is not read.
        case refused(HTTPRequest, Refused)
    }

    /// Why a request is answered before its body is there.
    package enum Refused: Sendable {
        case token
        case role
        case size
    }

    /// Looks at the head of a request before its body is there: that of a stranger is not waited for, and none that is larger
    /// than its method takes.
    package func admit(_ head: RequestHead, arrival: MonotonicTime) -> Admission {
        let route = head.withPath { Route($0) }
        let credential = self.tokens.isEmpty ? [] : Credentials.token(head[.authorization])
        let caller = credential.withUnsafeBytes { self.tokens.caller($0) }
        let most: Int =
            switch route {
            case .call(let method): self.limits.largestRequest(method)
            case .page, .awardsPage: self.configuration.limits.formBytes
            case .noCall, .operation: self.configuration.limits.ignoredBytes
            }
        let request = HTTPRequest(
            head: head,
            id: head.requestID ?? self.ids.next(),
            route: route,
            caller: caller,
            mostBytes: most,
            arrival: arrival
        )
        if head.method != .options, !self.isPublic(route) {
            guard let caller else { return .refused(request, .token) }
            if route == .operation(.metrics), !self.tokens.maySeeCounters(caller) { return .refused(request, .role) }
            if case .call(let method) = route, !caller.roles.isSuperset(of: method.entry.role) {
                return .refused(request, .role)
            }
        }
        if let bytes = head.bodyBytes, bytes > most { return .refused(request, .size) }
        return .body(request)
    }

    private func isPublic(_ route: Route) -> Bool {
        switch route {
        case .call(let method): method == .healthCheck
        case .noCall, .awardsPage: false
        case .operation(let operation): operation.isForProbes || self.configuration.isOperationPublic
        case .page: self.configuration.arePagesPublic
        }
    }

    /// Answers a request without its body.
    ///
    /// - Returns: the number of the call's error, where it is a call.
    package func refuse(
        _ request: HTTPRequest,
        _ refused: Refused,
        isLast: Bool,
        into output: inout ByteBuffer
    ) -> Answer {
        let terms = self.terms(of: request, isLast: isLast)
        switch (request.route, refused) {
        case (.call, .token), (.noCall, .token):
            let error = CallError(code: 1004, message: "authorization must be Bearer with one of the daemon's tokens")
            return self.fail(error, request.subject, headers: [("www-authenticate", "Bearer")], terms, &output)
        case (.call, .size), (.noCall, .size):
            return self.fail(Refusal.requestTooLarge, request.subject, terms, &output)
        case (.operation, .token):
            let reply = HTTPReply.text(401, "show a token", headers: [("www-authenticate", "Bearer")])
            terms.append(reply, to: &output)
        case (.page, .token), (.awardsPage, .token):
            // Browsers ask people for a name and a password.
            let realm = #"Basic realm="grantd", charset="UTF-8""#
            terms.append(
                .text(401, "请以令牌为密码登录 / log in with a token as the password", headers: [("www-authenticate", realm)]),
                to: &output
            )
        case (.call, .role), (.noCall, .role):
            return self.fail(Refusal.forbidden, request.subject, terms, &output)
        case (.operation, .role), (.page, .role), (.awardsPage, .role):
            // Of pages only those of the book are not everybody's, and they say so themselves.
            terms.append(.text(403, "the token has neither the role operate nor agency"), to: &output)
        case (.operation, .size):
            terms.append(HTTPFault.bodyTooLarge.reply, to: &output)
        case (.page, .size), (.awardsPage, .size):
            self.refuse(request, .tooLarge, terms, &output)
        }
        return .written(nil, error: nil)
    }

    /// Appends the answer to what is no request.
    package func refuse(_ fault: HTTPFault, into output: inout ByteBuffer) {
        var terms = ReplyTerms()
        terms.isLast = true
        terms.append(fault.reply, to: &output)
    }

    private func terms(of request: HTTPRequest, isLast: Bool) -> ReplyTerms {
        var terms = ReplyTerms()
        terms.isLast = isLast
        terms.isHead = request.head.method == .head
        terms.requestID = request.id
        terms.acceptsGzip = request.head.withValue(of: .acceptEncoding, ContentCoding.acceptsGzip)
        terms.allowedOrigin = self.origins.allowed(request.head[.origin])
        return terms
    }

    // MARK: - Requests

    /// Answers a request, or says who else does.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - isLast: whether the connection is closed behind the reply.
    package func answer(
        _ request: HTTPRequest,
        now: MonotonicTime,
        load: CallDispatcher.Load,
        isLast: Bool,
        into output: inout ByteBuffer
    ) -> Answer {
        let terms = self.terms(of: request, isLast: isLast)
        if request.head.method == .options {
            terms.append(self.origins.options(request), to: &output)
            return .written(nil, error: nil)
        }
        switch request.route {
        case .call(let method):
            return self.call(method, request, now: now, load: load, terms, &output)
        case .noCall:
            if load.isStopping { return self.fail(Refusal.stopping, request.subject, terms, &output) }
            return self.fail(Refusal.noSuchPath, request.subject, status: 404, terms, &output)
        case .operation(let operation):
            return self.operate(operation, request, load, terms, &output)
        case .page, .awardsPage:
            return self.page(request, load, terms, &output)
        }
    }

    private func fail(
        _ error: CallError,
        _ subject: CallSubject?,
        status: Int? = nil,
        headers: [(name: String, value: String)] = [],
        _ terms: ReplyTerms,
        _ output: inout ByteBuffer
    ) -> Answer {
        ConnectReply.append(error, status: status, headers: headers, terms, to: &output)
        return .written(subject, error: error.kind)
    }

    // MARK: - Calls

    private func call(
        _ method: Method,
        _ request: HTTPRequest,
        now: MonotonicTime,
        load: CallDispatcher.Load,
        _ terms: ReplyTerms,
        _ output: inout ByteBuffer
    ) -> Answer {
        let subject = request.subject
        if let refusal = CallDispatcher.refusal(of: method, under: load) {
            return self.fail(refusal, subject, terms, &output)
        }
        let call: ConnectRequest
        do throws(ConnectRequest.Fault) {
            // What changes something is not read with GET.
            if method.entry.hasSideEffects, request.head.method != .post { throw .method }
            call = try ConnectRequest(request)
        } catch {
            return self.refuse(error, method, subject, terms, &output)
        }
        var deadline: MonotonicTime?
        if let timeout = call.timeout {
            let end = request.arrival.advanced(byNanoseconds: timeout * 1_000_000)
            guard timeout > 0, now < end else { return self.fail(Refusal.timedOut, subject, terms, &output) }
            deadline = end
        }
        let form = ConnectReply(method: method, isJSON: call.isJSON, terms: terms)
        if load == .cooldown,
            method.isOffloadedInCooldown(call.message.readableBytes, isCompressed: call.compression != nil)
        {
            return .costly(self.costly(call, request, kind: nil, form, deadline))
        }
        do throws(CallError) {
            if try self.answerAtOnce(call, form, request, isStopping: load.isStopping, &output) {
                return .written(subject, error: nil)
            }
        } catch {
            switch error {
            case .needsLedger:
                return .costly(self.costly(call, request, kind: .ledger, form, deadline))
            case .preempted:
                var costly = self.costly(call, request, kind: nil, form, deadline)
                costly.wasPreempted = true
                return .costly(costly)
            default:
                return self.fail(error, subject, terms, &output)
            }
        }
        return .costly(self.costly(call, request, kind: nil, form, deadline))
    }

    private func refuse(
        _ fault: ConnectRequest.Fault,
        _ method: Method,
        _ subject: CallSubject?,
        _ terms: ReplyTerms,
        _ output: inout ByteBuffer
    ) -> Answer {
        switch fault {
        case .method:
            let (words, allowed) =
                method.entry.hasSideEffects
                ? ("POST", "OPTIONS, POST") : ("POST or GET", "GET, HEAD, OPTIONS, POST")
            let error = CallError(code: 1002, message: "the method of HTTP must be \(words)")
            return self.fail(
                error,
                subject,
                status: 405,
                headers: [("allow", allowed)],
                terms,
                &output
            )
        case .contentType:
            let error = CallError(code: 1003, message: "content-type must be application/json or application/proto")
            let accepted = [(name: "accept-post", value: "application/json, application/proto")]
            return self.fail(error, subject, status: 415, headers: accepted, terms, &output)
        case .compression(let field):
            // Connect has it be an unimplemented call, which 1002 is.
            let error = CallError(
                code: 1002,
                message: "the \(field) is not served; served are \(ContentCoding.served)",
                field: field
            )
            return self.fail(error, subject, headers: [("accept-encoding", ContentCoding.served)], terms, &output)
        case .error(let error):
            return self.fail(error, subject, terms, &output)
        }
    }

    /// Answers a short call.
    ///
    /// - Returns: false where it is a costly one.
    private func answerAtOnce(
        _ call: ConnectRequest,
        _ form: ConnectReply,
        _ request: HTTPRequest,
        isStopping: Bool,
        _ output: inout ByteBuffer
    ) throws(CallError) -> Bool {
        // An answer that has to wait for the log does so on a compute thread.
        if let recorder = self.recorder, recorder.holdsAnswers, form.method.entry.decisionNumber != nil { return false }
        guard let compression = call.compression else {
            var isAnswered = false
            try call.message.withReadableBytes { bytes throws(CallError) in
                isAnswered = try self.answerAtOnce(
                    bytes,
                    isJSON: call.isJSON,
                    form,
                    request,
                    isStopping: isStopping,
                    &output
                )
            }
            return isAnswered
        }
        guard form.method.entry.immediateBytes >= 0 else { return false }
        var isSmall = false
        try call.message.withReadableBytes { bytes throws(CallError) in
            isSmall = try compression.openAtOnce(bytes, into: self.message)
        }
        guard isSmall else { return false }
        return try self.answerAtOnce(
            self.message.bytes,
            isJSON: call.isJSON,
            form,
            request,
            isStopping: isStopping,
            &output
        )
    }

    private func answerAtOnce(
        _ message: UnsafeRawBufferPointer,
        isJSON: Bool,
        _ form: ConnectReply,
        _ request: HTTPRequest,
        isStopping: Bool,
        _ output: inout ByteBuffer
    ) throws(CallError) -> Bool {
        let method = form.method
        guard isJSON else {
            guard method.kind(of: message) == .immediate else { return false }
            try self.calls.answer(method, message, isStopping: isStopping, into: self.reply)
            return self.append(self.reply, form, request, message, &output)
        }
        guard method.entry.immediateBytes >= 0, message.count <= self.configuration.limits.immediateBytes else {
            return false
        }
        self.request.reset()
        try self.contract.readRequest(of: method, message, self.reader, into: self.request)
        guard method.kind(of: self.request.bytes) == .immediate else { return false }
        try self.calls.answer(method, self.request.bytes, isStopping: isStopping, into: self.reply)
        self.text.reset()
        try self.contract.writeReply(of: method, self.reply.bytes, into: self.text)
        return self.append(self.text, form, request, self.request.bytes, &output)
    }

    /// Appends an answer whose message stands in ``reply``, and writes it down.
    ///
    /// - Parameters:
    ///   - body: The message, or its text.
    ///   - message: The request's message.
    /// - Returns: false where the reply would take long to compress: it is made anew on a compute thread, which takes less.
    private func append(
        _ body: ByteWriter,
        _ form: ConnectReply,
        _ request: HTTPRequest,
        _ message: UnsafeRawBufferPointer,
        _ output: inout ByteBuffer
    ) -> Bool {
        guard !form.terms.acceptsGzip || body.count <= CompressionFormat.immediateReply else { return false }
        let hash = self.recorder.flatMap { recorder in
            recorder.record(
                Decision(
                    method: form.method,
                    transport: .http,
                    caller: (request.caller ?? .stranger).number,
                    policies: self.contract.policies,
                    id: request.id,
                    request: message,
                    reply: self.reply.bytes
                )
            )
        }
        form.append(body.bytes, hash: hash, to: &output)
        return true
    }

    private func costly(
        _ call: ConnectRequest,
        _ request: HTTPRequest,
        kind: Method.Kind?,
        _ form: ConnectReply,
        _ deadline: MonotonicTime?
    ) -> CostlyRequest {
        let (contract, limits, method) = (self.contract, self.limits, form.method)
        let errors = EntryErrors()
        // What stands in the book is told, however long its text is: the message is within its limit.
        let limit = method.entry.hasSideEffects ? Int(Int32.max) : limits.replyBytes
        let work: PendingCall.Work
        switch (call.isJSON, call.compression) {
        case (false, nil): work = .answer(method)
        case (false, let compression?): work = compression.work(on: method, limits)
        case (true, let compression):
            work = .translate(method) { bytes, request throws(CallError) in
                let reader = contract.makeReader(of: method, limits)
                guard let compression else {
                    return errors.set(try contract.readRequest(of: method, bytes, reader, into: request))
                }
                let largest = limits.largestRequest(method)
                let text = ByteWriter(limit: largest)
                try compression.open(bytes, limit: largest, into: text)
                errors.set(try contract.readRequest(of: method, text.bytes, reader, into: request))
            } told: { reply throws(CallError) in
                try errors.put(into: reply, limit: limit)
            }
        }
        return CostlyRequest(
            work: work,
            kind: kind,
            caller: request.caller ?? .stranger,
            subject: request.subject,
            request: call.message,
            deadline: deadline
        ) { outcome in
            form.make(outcome, contract, limit: limit)
        }
    }
}

extension Refusal {
    static let noSuchPath = CallError(
        code: 1001,
        message: "there is no such method; /grantd.v1.Catalogue/ListMeasures is one, and /openapi.json names all"
    )
}

extension ByteBuffer {
    /// As `withUnsafeReadableBytes`, with the error that the body throws.
    package func withReadableBytes(_ body: (UnsafeRawBufferPointer) throws(CallError) -> Void) throws(CallError) {
        var failure: CallError?
        self.withUnsafeReadableBytes { bytes in
            do throws(CallError) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
