//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// A batch that was taken and is not answered.
final class Batch {
    let correlationID: Int64
    let arrival: MonotonicTime
    /// When its caller stops waiting, if it told.
    let deadline: MonotonicTime?
    /// The connection that its reply goes to; nil once nobody waits for it any more.
    private(set) var connection: ConnectionHandler?
    /// The request's payload, until the work begins.
    private(set) var request: [UInt8]
    /// The work, once begun.
    private(set) var job: BatchJob?
    /// Where the reply grows, once begun.
    private(set) var reply: ByteWriter?

    init(
        correlationID: Int64,
        arrival: MonotonicTime,
        deadline: MonotonicTime?,
        connection: ConnectionHandler,
        request: [UInt8]
    ) {
        self.correlationID = correlationID
        self.arrival = arrival
        self.deadline = deadline
        self.connection = connection
        self.request = request
    }

    /// The work begins: the request's bytes are needed no more.
    func begin(_ job: BatchJob, reply: ByteWriter) {
        self.job = job
        self.reply = reply
        self.request = []
    }

    /// It was answered, or its connection is closed: nobody waits for it any more.
    func settle() {
        self.connection = nil
        self.job = nil
        self.request = []
    }

    /// Takes the writer back, once the reply is sent or nobody wants it.
    func takeReply() -> ByteWriter? {
        defer { self.reply = nil }
        return self.reply
    }

    func isOverdue(at now: MonotonicTime) -> Bool {
        guard let deadline = self.deadline else { return false }
        return now >= deadline
    }
}
