//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import Histogram
internal import NIOCore

/// What one connection saw while it was measured.
struct LoadTally {
    /// Round trips in nanoseconds, from the write of a call to the read of its reply.
    var latency: Histogram<UInt64>
    var calls = 0
    /// Replies by error number; an answer is not among them.
    var errors: [Int32: Int] = [:]
    /// Why the connection ended early, if it did.
    var failure: String?

    init() {
        self.latency = Histogram(
            lowestDiscernibleValue: 100,
            highestTrackableValue: 60_000_000_000,
            numberOfSignificantValueDigits: .three
        )
    }

    mutating func add(_ other: LoadTally) {
        self.latency.add(other.latency)
        self.calls += other.calls
        self.errors.merge(other.errors, uniquingKeysWith: +)
        self.failure = self.failure ?? other.failure
    }
}

/// Keeps every lane of one connection busy and writes down how long each call took.
final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is wrong with a reply.
    private enum Fault: Error {
        /// No frame, or no meta part.
        case notAFrame
        /// More bytes than a daemon's reply ever has.
        case tooLarge
        /// Neither an answer nor an error, or an answer of no bytes: every field would read as its default.
        case nothingInIt

        var said: String {
            switch self {
            case .notAFrame: Language.said("答复不是 baidu_std 帧", "a reply that is no baidu_std frame")
            case .tooLarge:
                Language.said(
                    "答复超过 \(LoadHandler.mostBytes >> 20) MiB",
                    "a reply of more than \(LoadHandler.mostBytes >> 20) MiB"
                )
            case .nothingInIt: Language.said("答复里没有内容", "a reply without an answer in it")
            }
        }
    }

    /// The largest reply that is read, the daemon's own limit: what has come of one reply is kept until its end, and no
    /// more than that.
    private static let mostBytes = 16 * 1024 * 1024

    private struct Lane {
        var sentAt: NIODeadline = .uptimeNanoseconds(0)
        var turn = 0
    }

    private let frames: LoadFrames
    private let acceptsEchoes: Bool
    private var lanes: [Lane]
    private var unread = ByteBuffer()
    private var outgoing = ByteBuffer()
    private var inFlight = 0
    private var isSending = true
    private var isMeasuring = false
    private var tally = LoadTally()
    private let done: EventLoopPromise<LoadTally>
    private var context: ChannelHandlerContext?

    init(frames: LoadFrames, acceptsEchoes: Bool, done: EventLoopPromise<LoadTally>) {
        self.frames = frames
        self.acceptsEchoes = acceptsEchoes
        self.lanes = Array(repeating: Lane(), count: frames.frames.count)
        self.done = done
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        for lane in self.lanes.indices { self.send(lane, now: now) }
        self.flush(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        if self.unread.readableBytes == 0 {
            swap(&self.unread, &buffer)
        } else {
            self.unread.writeBuffer(&buffer)
        }
        let now = NIODeadline.now()
        while let reply = self.nextReply() {
            switch reply {
            case .success(let reply): self.received(reply, now: now)
            case .failure(let fault): return self.finish(context, failure: fault.said)
            }
        }
        if self.unread.readableBytes == 0 {
            self.unread.clear()
        } else if self.unread.readerIndex > 64 * 1024, self.unread.readerIndex > self.unread.readableBytes {
            // Replies without a pause between them would otherwise all stay in memory.
            self.unread.discardReadBytes()
        }
        self.flush(context)
        if !self.isSending, self.inFlight == 0 { self.finish(context, failure: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish(context, failure: Language.said("服务关闭了连接", "the daemon closed the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.finish(context, failure: TLSFault(error)?.said ?? "\(error)")
    }

    /// Forgets the warm-up.
    func startMeasuring() {
        self.tally = LoadTally()
        self.isMeasuring = true
    }

    /// Sends nothing more; what is in flight still counts as drained, not as measured.
    ///
    /// - Parameter drainTime: How long to wait for it.
    func stop(within drainTime: TimeAmount) {
        self.isSending = false
        self.isMeasuring = false
        guard let context = self.context else { return }
        if self.inFlight == 0 { return self.finish(context, failure: nil) }
        context.eventLoop.assumeIsolated().scheduleTask(in: drainTime) {
            if let context = self.context {
                self.finish(context, failure: Language.said("有调用未得到答复", "calls were not answered"))
            }
        }
    }

    /// The next whole reply, or what is wrong with it; `nil` where more bytes are needed.
    private func nextReply() -> Result<ReplyGlance, Fault>? {
        let found: (reply: Result<ReplyGlance, Fault>, length: Int)? = self.unread.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 12 else { return nil }
            let magic = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
            let body = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            let meta = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
            guard magic == 0x5052_5043, meta <= body else { return (.failure(.notAFrame), 0) }
            guard body <= Self.mostBytes else { return (.failure(.tooLarge), 0) }
            guard bytes.count >= 12 + body else { return nil }
            guard let glance = ReplyGlance(meta: UnsafeRawBufferPointer(rebasing: bytes[12..<12 + meta])) else {
                return (.failure(.notAFrame), 0)
            }
            let isEmpty = glance.errorCode == 0 && body == meta
            let isAnswer = self.acceptsEchoes || glance.hasResponse && !isEmpty
            return (isAnswer ? .success(glance) : .failure(.nothingInIt), 12 + body)
        }
        guard let found else { return nil }
        self.unread.moveReaderIndex(forwardBy: found.length)
        return found.reply
    }

    private func received(_ reply: ReplyGlance, now: NIODeadline) {
        guard self.lanes.indices.contains(Int(reply.correlationID)) else { return }
        let lane = Int(reply.correlationID)
        self.inFlight -= 1
        if self.isMeasuring {
            self.tally.calls += 1
            let nanoseconds = (now - self.lanes[lane].sentAt).nanoseconds
            _ = self.tally.latency.record(UInt64(max(nanoseconds, 1)))
            if reply.errorCode != 0 { self.tally.errors[reply.errorCode, default: 0] += 1 }
        }
        if self.isSending { self.send(lane, now: now) }
    }

    private func send(_ lane: Int, now: NIODeadline) {
        let turns = self.frames.frames[lane]
        let turn = self.lanes[lane].turn
        self.outgoing.writeImmutableBuffer(turns[turn])
        self.lanes[lane] = Lane(sentAt: now, turn: turn + 1 == turns.count ? 0 : turn + 1)
        self.inFlight += 1
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard self.outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(self.wrapOutboundOut(self.outgoing), promise: nil)
        self.outgoing.clear()
    }

    private func finish(_ context: ChannelHandlerContext, failure: String?) {
        self.tally.failure = self.tally.failure ?? failure
        self.done.succeed(self.tally)
        context.close(promise: nil)
    }
}
