//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC
internal import Synchronization

/// The messages without a field set, by type.
enum EmptyInstances {
    // Addresses as numbers, so that they may cross threads; what they point at is never written to again.
    private static let made = Mutex<[UInt: UInt]>([:])

    static func instance(of type: MessageType) -> MessageView {
        let key = UInt(bitPattern: type.descriptor)
        let address = self.made.withLock { made in
            if let address = made[key] { return address }
            let size = max(type.size, MemoryLayout<ProtobufCMessage>.size)
            let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            type.descriptor.pointee.message_init?(memory.assumingMemoryBound(to: ProtobufCMessage.self))
            made[key] = UInt(bitPattern: memory)
            return UInt(bitPattern: memory)
        }
        // An address that was allocated is never 0.
        return MessageView(UnsafeRawPointer(bitPattern: address) ?? UnsafeRawPointer(type.descriptor))
    }
}
