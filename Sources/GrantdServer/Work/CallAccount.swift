//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdService
internal import Logging

/// Counts the calls of an event loop's connections, and writes those to the log that belong there. Used on that loop alone.
final class CallAccount {
    /// What calls have come to.
    private(set) var statistics = CallStatistics()
    private var log: CallLog
    /// Whether every call is written to the log, and not only those that failed or took long.
    private let logsEveryCall: Bool
    /// How long a call takes that is slow, in nanoseconds.
    private let slowNanoseconds: Int64

    init(_ configuration: ServerConfiguration, logger: Logger) {
        let log = CallLog(configuration, logger: logger)
        self.log = log
        self.logsEveryCall = log.isOfEveryCall
        self.slowNanoseconds = log.slowNanoseconds
    }

    /// A call was answered at once; it is counted by ``answered(_:of:afterNanoseconds:now:_:by:)`` with those beside it.
    func answeredAtOnce(
        _ subject: CallSubject,
        arrival: MonotonicTime,
        now: MonotonicTime,
        _ id: @autoclosure () -> RequestID,
        of connection: ConnectionHandler
    ) {
        guard self.logsEveryCall else { return }
        self.write(CallLog.Ended(subject, nanoseconds: now.nanoseconds(since: arrival)), id(), now: now, of: connection)
    }

    /// Calls that came together were answered at once.
    ///
    /// - Parameter id: the last one's.
    func answered(
        _ count: Int,
        of subject: CallSubject,
        afterNanoseconds nanoseconds: Int64,
        now: MonotonicTime,
        _ id: @autoclosure () -> RequestID,
        by connection: ConnectionHandler
    ) {
        self.statistics.callsAnswered(count, of: subject, afterNanoseconds: nanoseconds)
        guard nanoseconds >= self.slowNanoseconds else { return }
        // They waited for their turn, whatever they asked for.
        self.write(CallLog.Ended(subject, nanoseconds: nanoseconds, calls: count), id(), now: now, of: connection)
    }

    /// A call has failed; where it was answered at once, it is counted with those beside it as well.
    func failed(
        _ subject: CallSubject,
        _ error: CallError.Kind,
        arrival: MonotonicTime,
        now: MonotonicTime,
        _ id: @autoclosure () -> RequestID,
        of connection: ConnectionHandler
    ) {
        self.statistics.callFailed(subject, code: error.code)
        let ended = CallLog.Ended(subject, error: error, nanoseconds: now.nanoseconds(since: arrival))
        self.write(ended, id(), now: now, of: connection)
    }

    /// A call has ended that was taken by itself.
    ///
    /// - Parameter error: its error; nil where it was answered.
    func ended(
        _ subject: CallSubject,
        _ error: CallError.Kind?,
        arrival: MonotonicTime,
        now: MonotonicTime,
        _ id: RequestID,
        of connection: ConnectionHandler
    ) {
        let nanoseconds = now.nanoseconds(since: arrival)
        if let error { self.statistics.callFailed(subject, code: error.code) }
        self.statistics.callsAnswered(1, of: subject, afterNanoseconds: nanoseconds)
        self.write(CallLog.Ended(subject, error: error, nanoseconds: nanoseconds), id, now: now, of: connection)
    }

    /// Writes a call to the log, if it is one that is written.
    private func write(
        _ ended: CallLog.Ended,
        _ id: @autoclosure () -> RequestID,
        now: MonotonicTime,
        of connection: ConnectionHandler
    ) {
        guard let suppressed = self.log.admit(ended, now: now) else { return }
        self.log.write(ended, id: id(), peer: connection.peer, suppressed: suppressed)
    }
}
