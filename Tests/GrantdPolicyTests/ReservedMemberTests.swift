//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// The number of a measure that is gone stays taken in what is made of the files.
@Suite("Members of measures that are gone")
struct ReservedMemberTests {
    private static func policies(_ texts: [String]) throws -> PolicySet {
        var files = PolicyFiles()
        for (index, text) in texts.enumerated() { files.add(("\(index).yaml", Array(text.utf8))) }
        return try PolicySet.builtIn(with: files)
    }

    private static let first = SamplePolicies.coolRoof.replacing(
        "measures:\n",
        with: "reserved: [10003, 10005]\nmeasures:\n"
    )
    private static let second = SamplePolicies.coolRoof.replacing("cool-roof", with: "warm-roof")
        .replacing("number: 10001", with: "number: 10002")
        .replacing("measures:\n", with: "reserved: [10003]\nmeasures:\n")

    @Test("the .proto reserves each once, and leaves it out of the range of extensions")
    func proto() throws {
        let schemas = try Self.policies([Self.first, Self.second]).programmes.map(\.facts)
        let file = try #require(ProtoFiles.contract(schemas).first { $0.path == "grantd/v1/application.proto" })
        #expect(file.text.contains("\n  reserved 10003, 10005;\n"))
        #expect(file.text.contains("\n  extensions 10000, 10004, 10006 to max;\n"))
        let without = ProtoFiles.contract(try PolicySet.builtIn().programmes.map(\.facts))
        #expect(!without.contains { $0.text.contains("  reserved 1") })
    }

    @Test("the schema that is served says the same")
    func schema() throws {
        let set = try Google_Protobuf_FileDescriptorSet(
            serializedBytes: Self.policies([Self.first, Self.second]).schema
        )
        let application = try #require(set.file.flatMap(\.messageType).first { $0.name == "Application" })
        #expect(application.reservedRange.map { [$0.start, $0.end] } == [[10_003, 10_004], [10_005, 10_006]])
        #expect(
            application.extensionRange.map { [$0.start, $0.end] }
                == [[10_000, 10_001], [10_004, 10_005], [10_006, 536_870_912]]
        )
    }
}
