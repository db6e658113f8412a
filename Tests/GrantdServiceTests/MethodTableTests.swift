//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
}
