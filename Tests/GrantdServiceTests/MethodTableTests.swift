//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema
internal import GrantdService
internal import Testing

@Suite
struct MethodTableTests {
    private static func find(_ service: String, _ method: String) -> MethodTable.Lookup {
        Array(service.utf8).withUnsafeBytes { service in
            Array(method.utf8).withUnsafeBytes { MethodTable.find(service: service, method: $0) }
        }
    }

    @Test("every method is found by the full and by the short name of its service", arguments: Method.allCases)
    func found(method: Method) throws {
        let service = "\(method.entry.service)"
        let name = "\(method.entry.name)"
        let short = try #require(service.split(separator: ".").last)
        #expect(Self.find(service, name) == .found(method))
        #expect(Self.find(String(short), name) == .found(method))
    }

    @Test(
        "only a whole name is a name",
        arguments: [
            "", "v1.Calculator", ".Calculator", "alculator", "grantd.v1.Calculator.", "calculator", "grantd", "\0",
        ]
    )
    func unknownService(name: String) {
        #expect(Self.find(name, "Evaluate") == .noService)
    }

    @Test(
        "a method belongs to its service",
        arguments: ["", "evaluate", "Evaluat", "EvaluateX", "ListMeasures", "Check"]
    )
    func unknownMethod(name: String) {
        #expect(Self.find("grantd.v1.Calculator", name) == .noMethod)
    }

    @Test(
        "a short request is answered at once, unless its explanation would take long; what cannot be read is not either",
        arguments: [
            (0, [0x20, 0x01], true), (2048 - 3, [], true), (2048, [], false),
            (250, [0x20, 0x01], true), (260, [0x20, 0x01], false), (260, [0x20, 0x00], true),
            (260, [0x10, 0x01, 0x18, 0x01], true), (260, [0x10, 0x01, 0x20, 0x01], false),
            (260, [0x20], false), (260, [0x22, 0x05], false), (260, [0x23], false),
        ] as [(Int, [UInt8], Bool)]
    )
    func kind(applicationBytes: Int, behind: [UInt8], isImmediate: Bool) {
        var message = MessageBytes()
        if applicationBytes > 0 { message.add([UInt8](repeating: 0, count: applicationBytes), field: 1) }
        let request = message.bytes + behind
        let kinds = request.withUnsafeBytes { bytes in Method.allCases.map { $0.kind(of: bytes) } }
        #expect(kinds[0] == (isImmediate ? .immediate : .sliced))
        #expect(kinds[1...2].allSatisfy { $0 == .sliced })
        #expect(Method.healthCheck.kind(of: UnsafeRawBufferPointer(start: nil, count: 0)) == .immediate)
    }

    @Test("who names what is not served is told all that is")
    func refusals() {
        #expect(
            Refusal.noService.message
                == "no such service; served are grantd.v1.Calculator, grantd.v1.Catalogue, "
                + "grantd.v1.RenewablesAuction, grantd.v1.Awards and grpc.health.v1.Health"
        )
        #expect(
            Refusal.noMethod.message
                == "the service has no such method; Calculator has Evaluate, EvaluateBatch, EvaluateColumns and Screen, "
                + "Catalogue has ListMeasures, DescribeMeasure, ListDocuments and GetSchema, "
                + "RenewablesAuction has ClearAuction, Awards has Award, AwardBatch, Settle, ListAwards, PutEnvelope and "
                + "ListEnvelopes, Health has Check"
        )
    }
}
