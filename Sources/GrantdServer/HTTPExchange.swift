//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdService
internal import NIOCore
internal import NIOHTTP1

/// Stands behind the parser of an HTTP connection and gathers requests, which the connection takes out and answers in their
/// order.
///
/// What is in doubt ends the connection: where a request ends must never be read in two ways. All that is kept is bounded: the
/// connection is not read from while a request waits here.
final class HTTPExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    /// What is to be answered next.
    enum Item {
        case request(HTTPRequest)
        /// One that is answered without its body.
        case refused(HTTPRequest, HTTPService.Refused, isLast: Bool)
        /// What is no request: the last item.
        case fault(HTTPFault)
    }

    private let service: HTTPService
    private let clock: ServerClock
    private let limits: HTTPLimits
    private var items = CircularBuffer<Item>()
    private var itemBytes = 0
    /// The request whose body is coming.
    private var current: HTTPRequest?
    /// Bytes that came since the last request was whole.
    private var bytesOfRequest = 0
    private var isBegun = false
    /// Whether nothing that comes is taken any more.
    private var isOver = false
    /// Whether the peer waits for a word before it sends its body.
    private var isContinueWanted = false

    /// Whether a reply is awaited from elsewhere: nothing is answered before it.
    var isAnswerAwaited = false
    /// Whether the connection is closed behind that reply.
    var isLastAwaited = false
    /// Bytes that the worker counts as this connection's.
    var countedBytes = 0

    private init(_ service: HTTPService, _ clock: ServerClock) {
        self.service = service
        self.clock = clock
        self.limits = service.requestLimits
    }

    /// Puts the parser and an exchange behind a connection.
    static func join(
        _ context: ChannelHandlerContext,
        behind connection: ConnectionHandler,
        _ service: HTTPService
    ) throws -> HTTPExchange {
        let exchange = HTTPExchange(service, connection.worker.clock)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = service.requestLimits.headBytes
        limits.maxHeaderListSize = service.requestLimits.headBytes
        limits.maxHeaderFieldCount = service.requestLimits.headers
        let parser = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        )
        try context.pipeline.syncOperations.addHandlers([parser, exchange], position: .after(connection))
        return exchange
    }

    // MARK: - What the connection asks

    /// Whether a request has begun and is not whole.
    var isUnfinished: Bool { self.isBegun && !self.isOver }

    /// Takes out what is to be answered next.
    func next() -> Item? {
        guard let item = self.items.popFirst() else { return nil }
        self.itemBytes -= Self.cost(item)
        return item
    }

    /// Whether a word is wanted before a body is sent, and nothing is to be said before it. Asked once.
    func takeContinue() -> Bool {
        guard self.isContinueWanted, self.items.isEmpty, self.current != nil else { return false }
        self.isContinueWanted = false
        return true
    }

    /// Bytes that this exchange holds, about.
    var heldBytes: Int { self.itemBytes + (self.current.map { $0.body.capacity + Self.overhead } ?? 0) }

    /// So many bytes are to be parsed.
    func willFeed(_ count: Int) {
        self.isBegun = true
        self.bytesOfRequest += count
        let most = 2 * self.limits.headBytes + 8 * (self.current?.mostBytes ?? 0)
        // Chunks that hold hardly anything, or space without end.
        if self.bytesOfRequest > most, !self.isOver { self.fail(self.current == nil ? .headTooLarge : .bodyTooLarge) }
    }

    /// The connection is closed.
    func end() {
        self.items.removeAll()
        self.itemBytes = 0
        self.current = nil
        self.isOver = true
    }

    // MARK: - What the parser says

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.headArrived(head)
        case .body(var bytes): self.bodyArrived(&bytes)
        case .end: self.requestEnded()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.isOver else { return }
        switch error as? HTTPParserError {
        case .headerOverflow: self.fail(.headTooLarge)
        case .invalidVersion: self.fail(HTTPFault(505, "only HTTP/1.1 is served"))
        default: self.fail(.notHTTP)
        }
    }

    private func headArrived(_ head: HTTPRequestHead) {
        do throws(HTTPFault) {
            let head = try RequestHead(head)
            switch self.service.admit(head, arrival: self.clock.now()) {
            case .body(let request):
                self.current = request
                self.isContinueWanted = head.expectsContinue
            case .refused(let request, let reason):
                // A body that is not read ends the connection.
                self.isOver = head.hasBody || head.isLast
                self.append(.refused(request, reason, isLast: self.isOver))
            }
        } catch {
            self.fail(error)
        }
    }

    private func bodyArrived(_ bytes: inout ByteBuffer) {
        guard let request = self.current else { return }
        self.isContinueWanted = false
        guard request.body.readableBytes + bytes.readableBytes <= request.mostBytes else {
            self.current = nil
            self.isOver = true
            return self.append(.refused(request, .size, isLast: true))
        }
        self.current?.body.writeBuffer(&bytes)
    }

    private func requestEnded() {
        self.isBegun = false
        self.bytesOfRequest = 0
        guard var request = self.current else { return }
        self.current = nil
        self.isContinueWanted = false
        request.arrival = self.clock.now()
        self.isOver = request.head.isLast
        self.append(.request(request))
    }

    private func fail(_ fault: HTTPFault) {
        self.current = nil
        self.isOver = true
        self.append(.fault(fault))
    }

    private func append(_ item: Item) {
        self.items.append(item)
        self.itemBytes += Self.cost(item)
    }

    private static func cost(_ item: Item) -> Int {
        if case .request(let request) = item { request.body.readableBytes + self.overhead } else { self.overhead }
    }

    /// What a head takes, about.
    private static let overhead = 1024
}
