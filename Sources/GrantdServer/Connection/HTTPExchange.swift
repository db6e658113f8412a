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
        case request(HTTPRequest)
        /// One that is answered without its body.
        case refused(HTTPRequest, HTTPService.Refused, isLast: Bool)
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
        case body(HTTPRequest, isContinueWanted: Bool)
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
        guard case .body(let request, isContinueWanted: true) = self.state else { return false }
        self.state = .body(request, isContinueWanted: false)
        return true
    }

    /// The connection is closed, or takes no further request.
    func end() {
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
            guard case .body(let request, _) = self.state else { return self.fail(.bodyTooLarge) }
            self.end()
            return .item(.refused(request, .size, isLast: true))
        case .fault(let fault):
            return self.fail(fault)
        }
    }

    private func pieceParsed(isLast: Bool) -> Next {
        var most = 2 * self.limits.headBytes
        var fault = HTTPFault.headTooLarge
        if case .body(let request, let isContinueWanted) = self.state {
            let bodyBytes = self.parser.bodyBytes
            self.state = .body(request, isContinueWanted: isContinueWanted && bodyBytes == 0)
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
            self.state = .body(request, isContinueWanted: head.expectsContinue)
            return .parsed
        case .refused(let request, let reason):
            // A body that is not read ends the connection.
            let isLast = head.hasBody || head.isLast
            if isLast { self.end() } else { self.state = .answered }
            return .item(.refused(request, reason, isLast: isLast))
        }
    }

    private func requestEnded(_ body: ByteBuffer, arrival: MonotonicTime) -> Next {
        self.bytesOfRequest = 0
        guard case .body(var request, _) = self.state else {
            self.state = .head
            return .parsed
        }
        request.arrival = arrival
        request.body = body
        if request.head.isLast { self.end() } else { self.state = .head }
        return .item(.request(request))
    }

    private func fail(_ fault: HTTPFault) -> Next {
        self.end()
        return .item(.fault(fault))
    }
}
