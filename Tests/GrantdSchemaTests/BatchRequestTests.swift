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

struct BatchRequestTests {
    @Test func applicationsComeOneByOne() throws {
        var message = GrantdEvaluateBatchRequest()
        message.stage = .disbursement
        message.explain = .full
        message.assumeUnsetBarsAbsent = true
        for index in 0..<5 {
            var application = GrantdApplication()
            application.applicationID = "a\(index)"
            message.applications.append(application)
        }
        let bytes = try Samples.bytes(message)
        try bytes.withUnsafeBytes { bytes in
            var batch = try BatchRequest(bytes, decoder: BatchRequest.makeDecoder(Samples.types.evaluateBatchRequest))
            #expect(batch.count == 5)
            #expect(batch.stage == 1)
            #expect(batch.explain == 1)
            #expect(batch.assumesUnsetBarsAbsent)
            for index in 0..<5 {
                let next = batch.next()
                let application = try #require(next)
                #expect(try GrantdApplication(serializedBytes: Array(application)).applicationID == "a\(index)")
            }
            #expect(batch.next() == nil)
            #expect(batch.next() == nil)
        }
    }

    /// A bad application spoils itself; what is bad outside of them spoils the call.
    @Test func whatIsBadWhere() throws {
        let decoder = BatchRequest.makeDecoder(Samples.types.evaluateBatchRequest)
        let bytes = Samples.delimited(1, [0xFF]) + Samples.varint(2, 1) + Samples.delimited(1, [])
        try bytes.withUnsafeBytes { bytes in
            var batch = try BatchRequest(bytes, decoder: decoder)
            #expect(batch.count == 2)
            let first = batch.next()
            let application = try #require(first)
            #expect(throws: WireFault.self) { try MessageDecoder(Samples.types.application).validate(application) }
            #expect(batch.next()?.count == 0)
        }
        for (bytes, field) in [
            (Samples.varint(2, 9), "stage"), ([0x0A, 9], ""), (Samples.varint(1, 1), "applications[0]"),
            (Samples.delimited(1, []) + Samples.delimited(1, [0xFF]) + Samples.varint(1, 1), "applications[2]"),
            (Samples.delimited(1, []) + [0x0A], ""),
        ] {
            let fault = bytes.withUnsafeBytes { bytes in
                do throws(WireFault) {
                    _ = try BatchRequest(bytes, decoder: decoder)
                    return nil as WireFault?
                } catch {
                    return error
                }
            }
            #expect(fault?.field == field)
        }
    }

    @Test func anEmptyBatch() throws {
        try [UInt8]().withUnsafeBytes { bytes in
            var batch = try BatchRequest(bytes, decoder: BatchRequest.makeDecoder(Samples.types.evaluateBatchRequest))
            #expect(batch.count == 0)
            #expect(batch.stage == 0)
            #expect(batch.next() == nil)
        }
    }
}
