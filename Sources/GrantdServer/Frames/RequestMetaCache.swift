//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdSchema
internal import GrantdService

/// The last meta that was read in full, so that the next one need not be where only its correlation id differs.
///
/// A caller's metas are mostly alike: the request, then the id. Only metas of just these two fields are kept, so what
/// matches says nothing about a token, a time limit, a compression, a content type or an attachment.
final class RequestMetaCache {
    private struct State {
        /// Of the request field, with its tag and length; 0 where nothing is kept.
        var count = 0
        var method = Method.evaluate
    }

    // Behind pointers: accesses of a class's variables are checked for exclusivity, on the path of every call.
    private let state: UnsafeMutablePointer<State>
    private let request: UnsafeMutableRawPointer

    /// Tag and length of one byte each, and what such a length can tell.
    private static let capacity = 2 + 127
    /// `request`, length-delimited.
    private static let requestTag: UInt8 = 0x0A
    /// `correlation_id`, a varint.
    private static let correlationTag: UInt8 = 0x20

    init() {
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: State())
        self.request = .allocate(byteCount: Self.capacity, alignment: 16)
    }

    deinit {
        self.state.deallocate()
        self.request.deallocate()
    }

    /// The id and the method of a meta that differs from the kept one in its id at most; `nil` for any other, which is
    /// then to be read in full.
    func find(_ meta: UnsafeRawBufferPointer) -> (correlationID: Int64, method: Method)? {
        let count = self.state.pointee.count
        guard count > 0, meta.count > count, let start = meta.baseAddress, memcmp(start, self.request, count) == 0,
            let correlationID = Self.correlationID(meta, from: count)
        else { return nil }
        return (correlationID, self.state.pointee.method)
    }

    /// Keeps a meta that was read in full and found right, if it has these two fields and no others.
    func keep(_ meta: UnsafeRawBufferPointer, method: Method) {
        guard meta.count > 2, let start = meta.baseAddress, meta[0] == Self.requestTag, meta[1] < 0x80 else { return }
        let count = 2 + Int(meta[1])
        guard meta.count > count, Self.correlationID(meta, from: count) != nil else { return }
        self.request.copyMemory(from: start, byteCount: count)
        self.state.pointee = State(count: count, method: method)
    }

    /// The id, where it is all that stands from `offset` on and has less than 64 bits.
    private static func correlationID(_ meta: UnsafeRawBufferPointer, from offset: Int) -> Int64? {
        let length = meta.count - offset - 1
        guard length >= 1, length <= 9, meta[offset] == Self.correlationTag,
            let start = meta.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return nil }
        var reader = WireReader(start: start + offset + 1, end: start + meta.count)
        guard let value = reader.varint(), reader.isAtEnd else { return nil }
        return Int64(bitPattern: value)
    }
}
