//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDigest
internal import GrantdSchema
internal import GrantdService

/// Makes entries, each chained to the one before.
struct EntryWriter {
    private(set) var chain: SHA256Digest
    /// The number of the next entry.
    private(set) var next: UInt64
    private var salts = SaltSource()
    private let request = ByteWriter(limit: EntryLayout.mostBytes)
    private let reply = ByteWriter(limit: EntryLayout.mostBytes)

    init(chain: SHA256Digest, next: UInt64) {
        self.chain = chain
        self.next = next
    }

    /// Another segment begins.
    mutating func begin(_ header: SegmentHeader) {
        self.chain = header.chain
    }

    /// Appends an entry of policies.
    mutating func add(_ listing: PolicyListing, time: Int64, to output: ByteRoom) {
        listing.bytes.withUnsafeBytes { body in
            let head = EntryHead(kind: .policies, number: self.next, time: time)
            self.add(head, name: [], bodyBytes: body.count, to: output) { $0.copyMemory(from: body) }
        }
    }

    /// Appends an entry of a call.
    ///
    /// - Parameters:
    ///   - bytes: The call as it waited, its head in front.
    ///   - policies: The place of its policies in the segment.
    mutating func add(
        _ call: QueuedDecision,
        _ bytes: UnsafeRawBufferPointer,
        name: [UInt8],
        policies: UInt32,
        masks: MaskPlan,
        to output: ByteRoom
    ) {
        let hashBytes = call.isSalted ? SHA256Digest.size : 0
        let idStart = QueuedDecision.size + hashBytes
        let requestStart = idStart + Int(call.idBytes)
        let replyStart = requestStart + Int(call.requestBytes)
        let hashAndID = UnsafeRawBufferPointer(rebasing: bytes[QueuedDecision.size..<requestStart])
        var request = UnsafeRawBufferPointer(rebasing: bytes[requestStart..<replyStart])
        var reply = UnsafeRawBufferPointer(rebasing: bytes[replyStart...])
        if call.isSalted {
            masks.apply(to: request, of: call.method, .request, into: self.request)
            masks.apply(to: reply, of: call.method, .reply, into: self.reply)
            request = self.request.bytes
            reply = self.reply.bytes
        }
        var head = EntryHead(kind: .decision, number: self.next, time: call.time)
        head.state = call.isSalted ? .masked : .whole
        head.transport = call.transport
        head.method = call.method
        head.policies = policies
        let size = EntryLayout.bodyHead + hashAndID.count + request.count + reply.count
        self.add(head, name: name, bodyBytes: size, to: output) { body in
            guard var place = body.baseAddress else { return }
            place.storeBytes(of: UInt32(truncatingIfNeeded: request.count).littleEndian, as: UInt32.self)
            place.storeBytes(of: call.idBytes.littleEndian, toByteOffset: 4, as: UInt16.self)
            place.storeBytes(
                of: UInt16(truncatingIfNeeded: hashBytes).littleEndian,
                toByteOffset: 6,
                as: UInt16.self
            )
            place += EntryLayout.bodyHead
            place = ByteRoom.put(hashAndID, at: place)
            place = ByteRoom.put(request, at: place)
            _ = ByteRoom.put(reply, at: place)
        }
        self.request.reset()
        self.reply.reset()
    }

    private mutating func add(
        _ head: EntryHead,
        name: [UInt8],
        bodyBytes: Int,
        to output: ByteRoom,
        _ write: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        let headBytes = EntryLayout.fixedSize + name.count
        let sealed = EntryLayout.saltSize + bodyBytes
        let start = output.add(headBytes + sealed + SHA256Digest.size)
        head.store(to: start, name: name, length: headBytes - 4 + sealed + SHA256Digest.size)
        let salt = start + headBytes
        salt.storeBytes(of: self.salts.salt(), as: (UInt64, UInt64).self)
        write(UnsafeMutableRawBufferPointer(start: salt + EntryLayout.saltSize, count: bodyBytes))
        self.chain = EntryLayout.chain(
            self.chain,
            head: UnsafeRawBufferPointer(start: start, count: headBytes),
            seal: SHA256.of(UnsafeRawBufferPointer(start: salt, count: sealed))
        )
        self.chain.store(to: salt + sealed)
        self.next += 1
    }
}

/// What stands at the beginning of an entry.
struct EntryHead {
    var state = EntryLayout.State.whole
    var kind: EntryLayout.Kind
    var transport: UInt8 = 0
    var method: UInt8 = 0
    var policies: UInt32 = 0
    var number: UInt64
    var time: Int64

    init(kind: EntryLayout.Kind, number: UInt64, time: Int64) {
        self.kind = kind
        self.number = number
        self.time = time
    }

    /// - Parameters:
    ///   - name: The caller's; at most 255 bytes.
    ///   - length: Of all that follows the length.
    func store(to memory: UnsafeMutableRawPointer, name: [UInt8], length: Int) {
        memory.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, as: UInt32.self)
        memory.storeBytes(of: self.state.rawValue.littleEndian, toByteOffset: 4, as: UInt32.self)
        memory.storeBytes(of: self.kind.rawValue, toByteOffset: 8, as: UInt8.self)
        memory.storeBytes(of: self.transport, toByteOffset: 9, as: UInt8.self)
        memory.storeBytes(of: self.method, toByteOffset: 10, as: UInt8.self)
        memory.storeBytes(of: UInt8(truncatingIfNeeded: name.count), toByteOffset: 11, as: UInt8.self)
        memory.storeBytes(of: self.policies.littleEndian, toByteOffset: 12, as: UInt32.self)
        memory.storeBytes(of: self.number.littleEndian, toByteOffset: 16, as: UInt64.self)
        memory.storeBytes(of: self.time.littleEndian, toByteOffset: 24, as: Int64.self)
        name.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            (memory + EntryLayout.fixedSize).copyMemory(from: start, byteCount: bytes.count)
        }
    }
}
