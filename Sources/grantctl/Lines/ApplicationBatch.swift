//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages
internal import GrantdSchema
internal import NIOCore
internal import SwiftProtobuf

/// An application in wire bytes, and what is asked about it.
struct EncodedApplication: Sendable {
    var bytes: ArraySlice<UInt8>
    var options: GrantdEvaluationOptions
}

/// Applications that go into one call.
struct ApplicationBatch: Sendable {
    /// Applications are gathered up to this size, far under what the daemon takes, so that a call stays short.
    private static let mostBytes = 1024 * 1024

    private(set) var lines: [Int] = []
    private var applications: [EncodedApplication] = []
    private var byteCount = 0

    /// Whether an application may join: the options of a call are the same for all.
    func hasRoom(for application: EncodedApplication) -> Bool {
        guard let first = self.applications.first else { return true }
        return first.options == application.options && self.byteCount + application.bytes.count <= Self.mostBytes
    }

    mutating func append(_ application: EncodedApplication, line: Int) {
        self.lines.append(line)
        self.applications.append(application)
        self.byteCount += application.bytes.count
    }

    /// The application that stands on a line of the batch, in wire bytes.
    func application(onLine line: Int) -> ArraySlice<UInt8> {
        self.lines.firstIndex(of: line).map { self.applications[$0].bytes } ?? []
    }

    /// The same applications in two calls.
    var halves: [Self] {
        let middle = self.lines.count / 2
        return [0..<middle, middle..<self.lines.count].map { range in
            var half = Self()
            for index in range { half.append(self.applications[index], line: self.lines[index]) }
            return half
        }
    }

    /// The `EvaluateBatchRequest` in wire bytes.
    func payload() throws(GrantdClientError) -> ByteBuffer {
        var request = MessageBytes(capacity: self.byteCount + self.lines.count * 6 + 16)
        // `applications`; the request's other fields follow.
        for application in self.applications { request.add(application.bytes, field: 1) }
        var rest = GrantdEvaluateBatchRequest()
        if let options = self.applications.first?.options {
            if options.stage != .application { rest.stage = options.stage }
            if options.assumeUnsetBarsAbsent { rest.assumeUnsetBarsAbsent = true }
            if options.explain != .none { rest.explain = options.explain }
        }
        do {
            let options: [UInt8] = try rest.serializedBytes()
            options.withUnsafeBytes { request.append($0) }
        } catch {
            throw GrantdClientError(code: .invalidRequest, message: "the options cannot be encoded", cause: error)
        }
        return ByteBuffer(bytes: request.bytes)
    }
}
