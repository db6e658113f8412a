//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdService
internal import NIOCore

/// The requests of a connection that speaks HTTP: taken out of its bytes one by one, so that each is answered before the next
/// is parsed.
///
/// All that is kept is bounded: the head by the parser's limits, the body by its method's.
final class HTTPExchange {
    /// What is to be answered.
    enum Item {
        /// What ``takeRequest()`` gives.
        case request
        /// What ``takeRequest()`` gives, which is answered without its body.
        case refused(HTTPService.Refused, isLast: Bool)
        /// What is no request: the last item.
        case fault(HTTPFault)
    }

    /// What comes of bytes.
    enum Next {
        case item(Item)
        /// Some are parsed, and nothing is to be answered yet.
        case parsed
        /// None are left.
        case nothing
    }

    private enum State {
        /// A head is coming, or none is.
        case head
        /// The body of a request is coming, if it has one.
        ///
        /// - Parameter isContinueWanted: the peer waits for a word before it sends the body.
        case body(isContinueWanted: Bool)
        /// A request is answered, and has no body.
        case answered
        /// Nothing that comes is taken any more.
        case over
    }

    /// What has to be answered from elsewhere before the next request.
    enum Awaited {
        case nothing
        /// - Parameter isLast: whether the connection is closed behind it.
        case reply(isLast: Bool)
    }

    /// How much is parsed at a time.
    private static let piece = 4096

    private let service: HTTPService
    private let limits: HTTPLimits
    private let parser: RequestParser
    private var state = State.head
    /// The one that is coming, once its head is there. Handed on as it is: copies of it cost as much as parsing it.
    private var request: HTTPRequest?
    /// Bytes that came since the last request was whole.
    private var bytesOfRequest = 0

    var awaited = Awaited.nothing
    /// Bytes that the worker counts as this connection's.
    var countedBytes = 0

    init(_ service: HTTPService) {
        self.service = service
        self.limits = service.requestLimits
        self.parser = RequestParser(service.requestLimits)
    }

    /// Whether a reply is awaited from elsewhere.
    var isAnswerAwaited: Bool {
        if case .reply = self.awaited { true } else { false }
    }

    /// Whether a request has begun and is not whole.
    var isUnfinished: Bool { self.bytesOfRequest > 0 }

    /// Bytes that this exchange holds, about.
    var heldBytes: Int { self.isUnfinished ? self.parser.heldBytes + Self.overhead : 0 }

    /// What the parser itself takes, about.
    private static let overhead = 1024

    /// Whether a word is wanted before a body is sent. Asked once.
    func takeContinue() -> Bool {
        guard case .body(isContinueWanted: true) = self.state else { return false }
        self.state = .body(isContinueWanted: false)
        return true
    }

    /// The request that is to be answered. Asked once.
    func takeRequest() -> HTTPRequest? { self.request.take() }

    /// The connection is closed, or takes no further request.
    func end() {
        self.request = nil
        self.takeNoMore()
    }

    /// Takes no further request; what is to be answered stays.
    private func takeNoMore() {
        self.parser.end()
        self.state = .over
        self.bytesOfRequest = 0
    }

    /// Parses on.
    ///
    /// - Parameters:
    ///   - bytes: what came; what is parsed is taken off it.
    ///   - arrival: when the last of them did.
    func next(in bytes: inout ByteBuffer, arrival: MonotonicTime) -> Next {
        switch self.state {
        case .head where bytes.readableBytes == 0:
            return .nothing
        case .over:
            bytes.moveReaderIndex(to: bytes.writerIndex)
            return .nothing
        case .head, .body, .answered:
            // Behind a head without a byte, too: the request may be whole.
            break
        }
        let start = bytes.readerIndex
        let event = self.parser.parse(&bytes, most: Self.piece)
        self.bytesOfRequest += bytes.readerIndex - start
        switch event {
        case .needMoreBytes:
            return self.pieceParsed(isLast: bytes.readableBytes == 0)
        case .head(let head):
            return self.headArrived(head, arrival: arrival)
        case .end(let body):
            return self.requestEnded(body, arrival: arrival)
        case .bodyTooLarge:
            guard case .body = self.state else { return self.fail(.bodyTooLarge) }
            return self.refused(.size, isLast: true)
        case .fault(let fault):
            return self.fail(fault)
        }
    }

    private func pieceParsed(isLast: Bool) -> Next {
        var most = 2 * self.limits.headBytes
        var fault = HTTPFault.headTooLarge
        if case .body(let isContinueWanted) = self.state {
            let bodyBytes = self.parser.bodyBytes
            self.state = .body(isContinueWanted: isContinueWanted && bodyBytes == 0)
            most += 4 * bodyBytes
            fault = .bodyTooLarge
        }
        // Space without end, or chunks that hold hardly anything: each costs as much as one that holds something.
        guard self.bytesOfRequest <= most else { return self.fail(fault) }
        return isLast ? .nothing : .parsed
    }

    private func headArrived(_ head: RequestHead, arrival: MonotonicTime) -> Next {
        switch self.service.admit(head, arrival: arrival) {
        case .body(let request):
            self.parser.mostBodyBytes = request.mostBytes
            self.request = request
            self.state = .body(isContinueWanted: head.expectsContinue)
            return .parsed
        case .refused(let request, let reason):
            self.request = request
            // A body that is not read ends the connection.
            return self.refused(reason, isLast: head.hasBody || head.isLast)
        }
    }

    private func refused(_ reason: HTTPService.Refused, isLast: Bool) -> Next {
        if isLast { self.takeNoMore() } else { self.state = .answered }
        return .item(.refused(reason, isLast: isLast))
    }

    private func requestEnded(_ body: ByteBuffer, arrival: MonotonicTime) -> Next {
        self.bytesOfRequest = 0
        guard case .body = self.state, let isLast = self.request?.head.isLast else {
            self.state = .head
            return .parsed
        }
        self.request?.arrival = arrival
        self.request?.body = body
        if isLast { self.takeNoMore() } else { self.state = .head }
        return .item(.request)
    }

    private func fail(_ fault: HTTPFault) -> Next {
        self.end()
        return .item(.fault(fault))
    }
}
