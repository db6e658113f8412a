//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import GrantdPolicy
import GrantdSchema
import SwiftProtobuf
import Testing

@Suite("Messages of a descriptor set")
struct DescriptorSetTests {
    /// Whether two types say the same of every field, however deep.
    private static func expectEqual(_ left: MessageType, _ right: MessageType) {
        #expect(left.name == right.name)
        #expect(left.size == right.size, "\(left.name)")
        #expect(left.fields.map(\.name) == right.fields.map(\.name), "\(left.name)")
        #expect(left.fields.map(\.number) == right.fields.map(\.number), "\(left.name)")
        #expect(left.fields.map(\.label) == right.fields.map(\.label), "\(left.name)")
        for (one, other) in zip(left.fields, right.fields) {
            #expect(one.offset == other.offset, "\(left.name).\(one.name)")
            #expect(one.hasFlag == other.hasFlag, "\(left.name).\(one.name)")
            switch (one.kind, other.kind) {
            case (.bool, .bool), (.int32, .int32), (.int64, .int64), (.string, .string), (.bytes, .bytes): break
            case (.enumeration(let one), .enumeration(let other)): #expect(one == other)
            case (.message(let one), .message(let other)): Self.expectEqual(one, other)
            default: Issue.record("\(left.name).\(one.name)")
            }
        }
    }

    @Test("are those of the programmes and of the compiled contract")
    func sameTypes() throws {
        let policies = try PolicySet.builtIn()
        let set = try DescriptorSet(policies.schema)
        for type in [
            policies.types.evaluateRequest, policies.types.evaluateBatchRequest, policies.types.screenRequest,
        ] { Self.expectEqual(try #require(set.message(named: type.name)), type) }
        for type in [
            MessageType.assessment, .screenResponse, .listMeasuresResponse, .measureDescription, .listDocumentsResponse,
            .clearAuctionRequest, .clearAuctionResponse, .evaluateBatchResponse, .schema,
        ] {
            let other = try #require(set.message(named: type.name))
            #expect(other.fields.map(\.name) == type.fields.map(\.name), "\(type.name)")
            #expect(other.fields.map(\.number) == type.fields.map(\.number), "\(type.name)")
            #expect(other.fields.map(\.label) == type.fields.map(\.label), "\(type.name)")
        }
        let application = try #require(set.message(named: "grantd.v1.Application"))
        let member = try #require(application.field(named: "digital_space_launch_event"))
        #expect(application.oneof(of: member)?.name == "facts")
        #expect(set.message(named: "grantd.v1.Nothing") == nil)
    }

    private func bytes(_ set: Google_Protobuf_FileDescriptorSet) throws -> [UInt8] { try set.serializedBytes() }

    private func message(
        _ name: String,
        _ fields: [Google_Protobuf_FieldDescriptorProto]
    ) -> Google_Protobuf_DescriptorProto {
        .with {
            $0.name = name; $0.field = fields
        }
    }

    private func field(
        _ name: String,
        _ number: Int32,
        _ type: Google_Protobuf_FieldDescriptorProto.TypeEnum = .int64,
        named: String = ""
    ) -> Google_Protobuf_FieldDescriptorProto {
        .with {
            $0.name = name; $0.number = number; $0.type = type; $0.typeName = named; $0.label = .optional
        }
    }

    private func set(_ messages: [Google_Protobuf_DescriptorProto]) -> Google_Protobuf_FileDescriptorSet {
        .with {
            $0.file = [
                .with {
                    $0.package = "p"; $0.messageType = messages
                }
            ]
        }
    }

    @Test("leave out what leads back to itself, is not there, or is of a kind that the contract does not use")
    func leftOut() throws {
        let set = try DescriptorSet(
            self.bytes(
                self.set([
                    self.message(
                        "A",
                        [
                            self.field("b", 1, .message, named: ".p.B"), self.field("c", 2, .message, named: ".p.C"),
                            self.field("d", 3, .double), self.field("e", 4, .enum, named: ".p.E"), self.field("f", 5),
                        ]
                    ),
                    self.message("B", [self.field("a", 1, .message, named: ".p.A"), self.field("n", 2)]),
                ])
            )
        )
        let type = try #require(set.message(named: "p.A"))
        #expect(Set(type.fields.map(\.name)).isSubset(of: ["b", "f"]))
        #expect(type.field(named: "f") != nil)
    }

    @Test("nested deeper than a call may be are refused, in whichever order they come")
    func deep() throws {
        let chain = (0..<1_000).map { self.message("M\($0)", [self.field("m", 1, .message, named: ".p.M\($0 + 1)")]) }
        #expect(throws: WireFault.self) { try DescriptorSet(self.bytes(self.set(chain))) }
        #expect(throws: WireFault.self) { try DescriptorSet(self.bytes(self.set(chain.reversed()))) }
        let nested = (0..<50).reduce(self.message("M", [])) { inner, _ in
            .with {
                $0.name = "M"; $0.nestedType = [inner]
            }
        }
        #expect(throws: WireFault.self) { try DescriptorSet(self.bytes(self.set([nested]))) }
        #expect(try DescriptorSet(self.bytes(self.set(Array(chain.prefix(10))))).message(named: "p.M0") != nil)
    }

    @Test("with names that are none, numbers that are none, or either twice are refused")
    func malformed() throws {
        for fields in [
            [self.field("a\"b", 1)], [self.field("", 1)], [self.field("1a", 1)], [self.field("a", 0)],
            [self.field("a", 1 << 29)], [self.field("a", -1)], [self.field("a", 1), self.field("a", 2)],
            [self.field("a", 1), self.field("b", 1)],
        ] {
            let set = self.set([self.message("M", fields)])
            #expect(throws: WireFault.self, "\(fields)") { try DescriptorSet(self.bytes(set)) }
        }
    }

    @Test("cut short are refused, or are fewer")
    func truncated() throws {
        let whole = try PolicySet.builtIn().schema
        let all = try DescriptorSet(whole)
        var refused = 0
        for end in stride(from: 1, to: whole.count, by: 997) {
            do throws(WireFault) {
                let set = try DescriptorSet(Array(whole[..<end]))
                if set.message(named: "grantd.v1.Assessment") != nil {
                    #expect(all.message(named: "grantd.v1.Assessment") != nil)
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10)
    }
}
