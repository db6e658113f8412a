//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Logging
internal import NIOCore

/// Stands on the listener: gives each connection its place, or closes it as soon as it is accepted.
final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let admission: ConnectionAdmission
    private let clock: ServerClock
    private let logger: Logger
    private var throttle = LogThrottle(linesPerSecond: 1)

    init(admission: ConnectionAdmission, clock: ServerClock, logger: Logger) {
        self.admission = admission
        self.clock = clock
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = self.unwrapInboundIn(data)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        PeerAddress.find(of: channel).hop(to: context.eventLoop).whenComplete { result in
            guard case .success(let peer) = result else { return channel.close(promise: nil) }
            bound.value.handler.admit(channel, of: peer, bound.value.context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that was gone before it was accepted, or no descriptor left: the listener goes on.
        self.warn("a connection could not be accepted", ["error": "\(error)"])
    }

    private func admit(_ channel: any Channel, of peer: PeerAddress, _ context: ChannelHandlerContext) {
        let admission = self.admission
        let place: ConnectionPlace
        switch admission.decide(on: channel, of: peer, now: self.clock.now()) {
        case .admit(let given):
            place = given
        case .admitInstead(let given, let other, let isSure):
            place = given
            Self.vacate(other, isSure, for: given, admission, self.clock, tries: 8)
        case .refuse(let reason):
            channel.close(promise: nil)
            self.warn("connection refused", ["reason": "\(reason.rawValue)"])
            return
        }
        channel.closeFuture.whenComplete { _ in admission.remove(place) }
        context.fireChannelRead(self.wrapInboundOut(channel))
    }

    /// Closes a connection for another one, or, where it has a call by now, the next in order.
    private static func vacate(
        _ place: ConnectionPlace,
        _ isSure: Bool,
        for newcomer: ConnectionPlace,
        _ admission: ConnectionAdmission,
        _ clock: ServerClock,
        tries: Int
    ) {
        place.vacate(isSure: isSure) { isClosed in
            admission.vacated(place, isClosed: isClosed)
            guard !isClosed, tries > 1, let other = admission.another(for: newcomer, now: clock.now()) else { return }
            Self.vacate(other.place, other.isSure, for: newcomer, admission, clock, tries: tries - 1)
        }
    }

    private func warn(_ line: Logger.Message, _ metadata: Logger.Metadata) {
        guard let suppressed = self.throttle.admit(now: self.clock.now()) else { return }
        self.logger.warning(
            line,
            metadata: metadata.merging(["suppressed": .stringConvertible(suppressed)]) { first, _ in first }
        )
    }
}
