//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// The connections of an event loop whose frames were put off to a later turn, and the call for that turn.
///
/// A turn comes after the loop has looked at its sockets: by a waker, or, on a loop without sockets, by a timer.
struct TurnQueue {
    private var connections = CircularBuffer<ConnectionHandler>()
    private let waker: LoopWaker?
    private var timer: TurnTimer?
    private var isTurnCalledFor = false

    init(waker: LoopWaker?) {
        self.waker = waker
    }

    var isEmpty: Bool { self.connections.isEmpty }

    /// Puts a connection at the end, where it does not stand there already.
    mutating func append(_ connection: ConnectionHandler) {
        guard !connection.isInTurnQueue else { return }
        connection.isInTurnQueue = true
        self.connections.append(connection)
    }

    /// The connection whose turn it is.
    mutating func popFirst() -> ConnectionHandler? {
        let connection = self.connections.popFirst()
        connection?.isInTurnQueue = false
        return connection
    }

    /// Calls for the worker's next turn.
    mutating func callForTurn(of worker: Worker) {
        guard !self.isTurnCalledFor else { return }
        self.isTurnCalledFor = true
        if let waker = self.waker { return waker.wake() }
        let timer = self.timer ?? TurnTimer(worker)
        self.timer = timer
        // It fails only when the loop has ended, and the connections with it.
        _ = try? worker.eventLoop.scheduleCallback(at: worker.eventLoop.now + .microseconds(50), handler: timer)
    }

    /// The turn begins.
    mutating func turnBegins() {
        self.isTurnCalledFor = false
    }
}

/// Runs a worker's turns where there is no waker.
private final class TurnTimer: NIOScheduledCallbackHandler, Sendable {
    private let worker: NIOLoopBound<Worker>

    init(_ worker: Worker) {
        self.worker = NIOLoopBound(worker, eventLoop: worker.eventLoop)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        self.worker.value.runTurn()
    }
}
