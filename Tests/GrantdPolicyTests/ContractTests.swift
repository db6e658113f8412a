//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Testing

struct ContractTests {
    @Test func theSchemaDescribesTheContract() throws {
        let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: PolicySet.builtIn().schema)
        var seen: Set<String> = []
        for file in set.file {
            #expect(file.package == "grantd.v1")
            #expect(file.dependency.allSatisfy { seen.contains($0) }, "imports come first")
            #expect(!file.sourceCodeInfo.location.isEmpty)
            seen.insert(file.name)
        }
        #expect(seen.contains("grantd/v1/calculator.proto"))
        #expect(seen.contains("grantd/v1/catalogue.proto"))
        let services = set.file.flatMap(\.service).map(\.name).sorted()
        #expect(services == ["Awards", "Calculator", "Catalogue", "RenewablesAuction"])
    }

    @Test func bothRuntimesKnowTheSameMessages() throws {
        let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: PolicySet.builtIn().schema)
        let messages = Dictionary(
            uniqueKeysWithValues: set.file.flatMap(\.messageType).map { ("grantd.v1.\($0.name)", $0) }
        )
        let served = try PolicySet.builtIn()
        let types: [MessageType] =
            served.programmes.flatMap(\.contract.members).map(\.type) + [
                served.types.application, served.types.evaluateRequest, served.types.evaluateBatchRequest,
                served.types.screenRequest, .applicant, .priorAward, .assessment,
            ]
        for type in types {
            let message = try #require(messages[type.name])
            let here = type.fields.map { "\($0.number) \($0.name)" }
            #expect(here == message.field.sorted { $0.number < $1.number }.map { "\($0.number) \($0.name)" })
        }
    }

    /// The loader pairs measures with members by these names.
    @Test func everyMemberOfFactsIsNamedAfterItsMessage() throws {
        let members = try PolicySet.builtIn().programmes.flatMap(\.contract.members)
        #expect(members.count >= 88)
        #expect(Set(members.map(\.number)).count == members.count)
        for member in members {
            let camel = member.name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            #expect(member.type.name == "grantd.v1." + camel.joined() + "Facts")
        }
    }

    /// Unset must differ from false: no fact may be a field that has no unset.
    @Test func everyFactCanBeUnset() throws {
        for member in try PolicySet.builtIn().programmes.flatMap(\.contract.members) {
            for slot in member.type.fields {
                #expect(slot.label == .optional || slot.label == .repeated, "\(member.name).\(slot.name)")
                if case .enumeration(let description) = slot.kind {
                    // OTHER, where an enum has it, says the same as NONE elsewhere.
                    let isOther = description.number(named: "OTHER") != nil
                    #expect(description.name(of: 0) == (isOther ? "OTHER" : "NONE"), "\(member.name).\(slot.name)")
                }
                if case .other = slot.kind {
                    Issue.record("\(member.name).\(slot.name) has a type that is not read")
                }
            }
        }
    }
}
