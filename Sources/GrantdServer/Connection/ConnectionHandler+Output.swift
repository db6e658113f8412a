//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore

/// Replies, until they have left.
extension ConnectionHandler {
    /// A costly call was taken: its reply will come in a later turn.
    func callPends() {
        self.machine.callPends()
    }

    /// Sends the reply to a costly call, which came back.
    func answerPendingCall(_ frame: ByteBuffer, now: MonotonicTime) {
        if self.machine.repliesWritten(bytes: frame.readableBytes) { self.write(frame, now: now) }
        if case .close(let reason) = self.machine.pendingCallAnswered(now: now) { self.close(reason) }
        if let http = self.http, !self.machine.isClosed { self.awaitedAnswered(http, now: now) }
    }

    /// Sends the replies that wait.
    func send() {
        self.flush(now: self.arrival)
    }

    /// Hands the replies to the channel, and the buffer back to the worker.
    func flush(now: MonotonicTime) {
        defer { self.returnSpareBuffer() }
        let count = self.output.readableBytes
        guard count > 0, self.machine.repliesWritten(bytes: count) else { return }
        // What waits behind other replies takes little more memory than it needs.
        let waits = self.unsent.heldBytes > 0 && self.output.capacity > 2 * count
        self.write(waits ? ByteBuffer(bytes: self.output.readableBytesView) : self.output, now: now)
    }

    /// Hands replies to the channel.
    private func write(_ replies: ByteBuffer, now: MonotonicTime) {
        guard let context = self.context else { return }
        if self.sentAhead > 0 {
            var rest = replies
            rest.moveReaderIndex(forwardBy: self.sentAhead)
            self.sentAhead = 0
            return self.write(rest, now: now)
        }
        let count = replies.readableBytes
        self.worker.bytesGo(count)
        self.unsent.add(replies)
        context.writeAndFlush(self.wrapOutboundOut(replies), promise: self.promise(forReplyOf: count, context))
        // Asking costs a fifth of assessing, and most replies leave at once: a few may go by unasked. What is then not
        // counted is less than a connection may hold, and the next tick counts it.
        self.isUnchecked = true
        self.uncheckedAt = now
        if self.unsent.heldBytes == 0, self.unsent.memory < self.uncheckedLimit, !self.machine.isInputClosed { return }
        self.checkUnsent(now: now)
    }

    /// Begins the reply to a peer that has closed its side and waits, once: whether it still reads, TCP tells only of what is sent.
    /// All replies begin with the same bytes. A peer that is gone answers them with a reset, and its calls end.
    func beginReply(now: MonotonicTime) {
        guard self.sentAhead == 0, self.machine.waitsWithInputClosed, self.output.readableBytes == 0 else { return }
        let start: StaticString = self.http == nil ? "PRPC" : "HTTP"
        self.write(ByteBuffer(staticString: start), now: now)
        self.sentAhead = start.utf8CodeUnitCount
    }

    private var uncheckedLimit: Int { min(64 << 10, self.worker.limits.unsentBytes) }

    /// Says when a large reply has left as a whole: all its memory is held until then, and reading may be on account of it.
    private func promise(forReplyOf count: Int, _ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard count >= Self.largeReply else { return nil }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            if self.unsent.heldBytes > 0 { self.checkUnsent(now: self.worker.clock.now()) }
        }
        return promise
    }

    private static let largeReply = 128 << 10

    func returnSpareBuffer() {
        guard self.output.capacity > 0 else { return }
        self.worker.giveBack(self.output)
        self.output = ByteBuffer()
    }

    /// Asks the channel how much it still holds, and stops or resumes reading.
    func checkUnsent(now: MonotonicTime) {
        guard let context = self.context else { return }
        self.isUnchecked = false
        self.unsent.keepLast((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
        self.countUnsent(self.unsent.memory)
        let event = self.machine.unsentChanged(
            to: self.unsent.heldBytes,
            memory: self.unsent.memory,
            limit: self.worker.memory.sendBudget.limitOfConnection,
            leastProgress: self.worker.memory.sendBudget.leastProgress,
            now: now
        )
        switch event {
        case .proceed:
            break
        case .holdReading:
            self.worker.connectionHeld(self)
        case .resumeReading:
            self.worker.connectionResumed(self)
            self.readIfWanted()
        case .close(let reason):
            self.close(reason)
        }
    }

    /// Tells the worker what this connection's unsent replies take of memory.
    func countUnsent(_ memory: Int) {
        let change = memory &- self.countedUnsent
        guard change != 0 else { return }
        self.countedUnsent = memory
        self.worker.unsentMemoryChanged(by: change)
    }

    /// How much this connection's unread replies weigh: what they hold, by how long the peer has taken nothing of them.
    func unreadWeight(now: MonotonicTime) -> Double {
        let sinceProgress = self.machine.nanosecondsWithoutProgress(now: now)
        return Double(self.countedUnsent) * (Double(sinceProgress) + Self.leastSinceProgress)
    }

    /// In nanoseconds: a peer that is served just now weighs by what it holds.
    private static let leastSinceProgress = 1e6

    func readIfWanted() {
        guard self.isReadWanted, self.machine.mayRead, let context = self.context else { return }
        self.isReadWanted = false
        context.read()
    }
}
