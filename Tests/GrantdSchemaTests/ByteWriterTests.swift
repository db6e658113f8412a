//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import GrantdSchema
import GrantdTesting
import SwiftProtobuf
import Testing

struct ByteWriterTests {
    @Test(arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 70_000, 3_000_000])
    func nestedMessagesOfEverySize(size: Int) throws {
        let name = String(repeating: "n", count: size)
        for width in 1...4 {
            let writer = ByteWriter(limit: 16 << 20)
            let result = writer.beginMessage(field: 1, lengthWidth: width)
            let assessment = writer.beginMessage(field: 1, lengthWidth: width)
            writer.write(field: 2, name)
            writer.write(field: 5, varint: -1)
            let finding = writer.beginMessage(field: 9, lengthWidth: width)
            writer.write(field: 3, varint: 4)
            writer.endMessage(finding, lengthWidth: width)
            writer.endMessage(assessment, lengthWidth: width)
            writer.endMessage(result, lengthWidth: width)
            let response = try GrantdEvaluateBatchResponse(serializedBytes: Array(writer.bytes))
            #expect(response.results.count == 1)
            #expect(response.results.first?.assessment.measure == name)
            #expect(response.results.first?.assessment.amountFen == -1)
            #expect(response.results.first?.assessment.findings.first?.verdict == .assumed)
            // Lengths in their shortest form, as every encoder writes them.
            #expect(Array(writer.bytes) == (try Samples.bytes(response)))
        }
    }

    @Test func varints() {
        for shift in 0..<64 {
            for value in [UInt64(1) << UInt64(shift), (UInt64(1) << UInt64(shift)) &- 1, UInt64.max] {
                let writer = ByteWriter(limit: 100)
                writer.write(varint: value)
                #expect(Array(writer.bytes) == Samples.number(value))
            }
        }
    }

    @Test(arguments: [0, 1, 10, 4095, 4096, 5000]) func theLimit(limit: Int) {
        let writer = ByteWriter(limit: limit)
        for _ in 0..<2 {
            for _ in 0..<limit { writer.write(byte: 7) }
            #expect(!writer.isOverLimit)
            #expect(writer.count == limit)
            #expect(writer.bytes.allSatisfy { $0 == 7 })
            writer.write(byte: 7)
            #expect(writer.isOverLimit)
            let message = writer.beginMessage(field: 1)
            writer.write(field: 1, String(repeating: "x", count: limit + 100))
            writer.endMessage(message)
            #expect(writer.isOverLimit)
            writer.reset()
            #expect(!writer.isOverLimit)
            #expect(writer.count == 0)
        }
    }

    @Test func whatIsTakenBack() {
        let writer = ByteWriter(limit: 4)
        writer.write(byte: 1)
        let count = writer.count
        writer.write(field: 1, "too much for it")
        #expect(writer.isOverLimit)
        writer.truncate(to: count)
        #expect(!writer.isOverLimit)
        #expect(Array(writer.bytes) == [1])
    }
}
