//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema
import GrantdTesting
import Testing

struct MessageViewTests {
    private func slot(_ type: MessageType, _ name: String) throws -> FieldSlot { try #require(type.field(named: name)) }

    private func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func unsetIsNotZero() throws {
        let arena = Arena()
        let slot = try self.slot(.priorAward, "amount_fen")
        let zero = try #require(Samples.varint(4, 0).withUnsafeBytes { MessageType.priorAward.unpack($0, into: arena) })
        #expect(zero.int64(slot) == 0)
        let empty = try #require([UInt8]().withUnsafeBytes { MessageType.priorAward.unpack($0, into: arena) })
        #expect(empty.int64(slot) == nil)
        #expect(MessageType.priorAward.emptyInstance.int64(slot) == nil)
        #expect(MessageType.priorAward.emptyInstance.address == MessageType.priorAward.emptyInstance.address)
    }

    @Test func plainFieldsOfProto3() throws {
        let arena = Arena()
        let slot = try self.slot(.healthCheckRequest, "service")
        let empty = try #require([UInt8]().withUnsafeBytes { MessageType.healthCheckRequest.unpack($0, into: arena) })
        #expect(self.text(empty.string(slot)) == "")
        let named = try #require(
            Samples.delimited(1, [0x61]).withUnsafeBytes { MessageType.healthCheckRequest.unpack($0, into: arena) }
        )
        #expect(self.text(named.string(slot)) == "a")
    }
}
