//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// The contract that is made from the programmes is the one that was written by hand before.
struct ContractCompatibilityTests {
    /// A set in a form that does not hang on comments and on the order of declarations: a line for each thing declared.
    private static func lines(_ set: Google_Protobuf_FileDescriptorSet) throws -> Set<String> {
        var lines: Set<String> = []
        for var file in set.file {
            // Shared by both: other packages' services, and Google's own files.
            for dependency in file.dependency { lines.insert("\(file.name) imports \(dependency)") }
            for message in file.messageType { try self.add(message, "\(file.name): \(file.package)", to: &lines) }
            for type in file.enumType {
                lines.insert("\(file.name): \(file.package).\(type.name) \(try type.jsonString())")
            }
            file.messageType = []
            file.enumType = []
            file.dependency = []
            file.clearSourceCodeInfo()
            // A promise to callers, which changes nothing on the wire.
            for service in file.service.indices {
                for method in file.service[service].method.indices {
                    file.service[service].method[method].clearOptions()
                    let line = try file.service[service].method[method].jsonString()
                    lines.insert("\(file.name) \(file.service[service].name): \(line)")
                }
                // One that is added changes nothing for those that are called already.
                file.service[service].method = []
            }
            lines.insert("\(file.name) \(try file.jsonString())")
        }
        return lines
    }

    private static func add(
        _ message: Google_Protobuf_DescriptorProto,
        _ scope: String,
        to lines: inout Set<String>
    ) throws {
        let name = "\(scope).\(message.name)"
        for field in message.field { lines.insert("\(name): field \(try field.jsonString())") }
        for inner in message.nestedType { try self.add(inner, name, to: &lines) }
        for type in message.enumType { lines.insert("\(name): enum \(try type.jsonString())") }
        var rest = message
        rest.field = []
        rest.nestedType = []
        rest.enumType = []
        if message.name == "Application" { rest.extensionRange = [] }
        lines.insert("\(name): \(try rest.jsonString())")
    }

    @Test(
        "applications and facts are the same but for comments, order and the range of extensions; nothing else is gone"
    )
    func same() throws {
        let path = try LoaderFixtures.path("contract-0.1.0.binpb")
        let old = try Google_Protobuf_FileDescriptorSet(
            serializedBytes: Array(try Data(contentsOf: URL(filePath: path)))
        )
        let new = try Google_Protobuf_FileDescriptorSet(serializedBytes: PolicySet.builtIn().schema)
        let before = try Self.lines(old)
        let after = try Self.lines(new)
        #expect(before.count > 900)
        #expect(
            Set(new.file.map(\.name))
                == Set(old.file.map(\.name) + ["grantd/v1/awards.proto", "grantd/v1/columns.proto"])
        )
        #expect(before.subtracting(after).sorted() == [])
        // What programmes do not make may have grown since.
        let made = after.subtracting(before).filter {
            $0.hasPrefix("grantd/v1/application.proto") || $0.hasPrefix("grantd/v1/facts/")
        }
        // An award of the book is known by its id.
        let ofBook = "grantd/v1/application.proto: grantd.v1.PriorAward: field "
        #expect(made.allSatisfy { $0.hasPrefix(ofBook) && $0.contains(#""name":"award_id","number":5"#) })
        #expect(made.count == 1)
    }

    @Test("numbers from 10,000 on, and none of the built-in members, are for extensions")
    func extensions() throws {
        let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: PolicySet.builtIn().schema)
        let application = try #require(set.file.flatMap(\.messageType).first { $0.name == "Application" })
        func isFree(_ number: Int32) -> Bool {
            application.extensionRange.contains { $0.start <= number && number < $0.end }
        }
        #expect(application.oneofDecl.map(\.name) == ["facts"])
        for field in application.field { #expect(!isFree(field.number), "\(field.name)") }
        for number: Int32 in [10_000, 10_001, 18_999, 536_870_911] { #expect(isFree(number), "\(number)") }
    }
}
