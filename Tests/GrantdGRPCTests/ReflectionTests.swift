//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    @testable internal import GrantdGRPC
    internal import GrantdPolicy
    internal import Foundation
    internal import SwiftProtobuf
    internal import Testing

    /// What reflection answers.
    @Suite
    struct ReflectionTests {
        private static func ask(
            _ answerer: inout ReflectionAnswerer,
            _ request: ReflectionServerReflectionRequest.OneOf_MessageRequest?
        ) -> ReflectionServerReflectionResponse {
            answerer.answer(
                .with {
                    $0.host = "h"
                    $0.messageRequest = request
                }
            )
        }

        private static func names(_ response: ReflectionServerReflectionResponse) throws -> [String] {
            try response.fileDescriptorResponse.fileDescriptorProto.map {
                try Google_Protobuf_FileDescriptorProto(serializedBytes: $0).name
            }
        }

        /// Of the daemon with the built-in policies.
        private static func index() throws -> ReflectionIndex {
            try ReflectionIndex(schema: PolicySet.builtIn().schema)
        }

        @Test("every service that is served is named")
        func services() throws {
            var answerer = ReflectionAnswerer(try Self.index())
            let response = Self.ask(&answerer, .listServices(""))
            #expect(
                response.listServicesResponse.service.map(\.name) == [
                    "grantd.v1.Awards", "grantd.v1.Calculator", "grantd.v1.Catalogue",
                    "grantd.v1.RenewablesAuction",
                    "grpc.health.v1.Health",
                    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
                ]
            )
            #expect(response.validHost == "h")
            #expect(response.originalRequest.listServices.isEmpty)
        }

        @Test("a file comes with what it imports, each once a stream")
        func files() throws {
            var answerer = ReflectionAnswerer(try Self.index())
            let first = try Self.names(Self.ask(&answerer, .fileContainingSymbol("grantd.v1.Calculator.Evaluate")))
            #expect(first.first == "grantd/v1/calculator.proto")
            #expect(first.contains("grantd/v1/application.proto"))
            #expect(Set(first).count == first.count)
            let second = try Self.names(Self.ask(&answerer, .fileByFilename("grantd/v1/calculator.proto")))
            #expect(second == ["grantd/v1/calculator.proto"])
        }

        @Test(
            "symbols of every kind",
            arguments: [
                "grantd.v1.Assessment", "grantd.v1.Assessment.findings", "grantd.v1.Catalogue",
                "grantd.v1.Catalogue.GetSchema", "grpc.health.v1.HealthCheckResponse.ServingStatus",
                "grpc.health.v1.HealthCheckResponse.SERVING",
                "grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING",
                "grpc.reflection.v1.ServerReflectionRequest.message_request",
            ]
        )
        func symbols(_ symbol: String) throws {
            var answerer = ReflectionAnswerer(try Self.index())
            #expect(
                !Self.ask(&answerer, .fileContainingSymbol(symbol)).fileDescriptorResponse.fileDescriptorProto.isEmpty
            )
        }

        @Test("what is not there is an error of its request")
        func errors() throws {
            var answerer = ReflectionAnswerer(try Self.index())
            for request: ReflectionServerReflectionRequest.OneOf_MessageRequest in [
                .fileByFilename("nothing.proto"), .fileContainingSymbol(""),
                .allExtensionNumbersOfType("grantd.v1.Nothing"),
                .fileContainingExtension(.with { $0.containingType = "grantd.v1.Assessment" }),
            ] {
                #expect(Self.ask(&answerer, request).errorResponse.errorCode == 5)
            }
            #expect(Self.ask(&answerer, nil).errorResponse.errorCode == 3)
        }

        @Test("extensions are found by their message and number")
        func extensions() throws {
            let file = Google_Protobuf_FileDescriptorProto.with {
                $0.name = "x.proto"
                $0.package = "x"
                $0.messageType = [.with { $0.name = "M" }]
                $0.extension = [9, 4].map { number in
                    .with {
                        $0.name = "e\(number)"
                        $0.number = Int32(number)
                        $0.extendee = ".x.M"
                    }
                }
            }
            let set: [UInt8] = try Google_Protobuf_FileDescriptorSet.with { $0.file = [file] }.serializedBytes()
            var answerer = ReflectionAnswerer(try ReflectionIndex([set]))
            let numbers = Self.ask(&answerer, .allExtensionNumbersOfType("x.M")).allExtensionNumbersResponse
            #expect(numbers.extensionNumber == [4, 9])
            let wanted = ReflectionExtensionRequest.with {
                $0.containingType = "x.M"
                $0.extensionNumber = 9
            }
            #expect(try Self.names(Self.ask(&answerer, .fileContainingExtension(wanted))) == ["x.proto"])
        }

        @Test("v1 and v1alpha are the same on the wire: one implementation answers both")
        func versions() throws {
            let files = try Google_Protobuf_FileDescriptorSet(serializedBytes: serviceDescriptorSet).file
            var shapes: [String] = []
            for version in ["v1", "v1alpha"] {
                var file = try #require(files.first { $0.name == "grpc/reflection/\(version)/reflection.proto" })
                file.clearOptions()
                file.clearName()
                file.clearPackage()
                let text = file.textFormatString().replacing("grpc.reflection.\(version).", with: "")
                shapes.append(text)
            }
            #expect(shapes[0] == shapes[1])
            #expect(shapes[0].contains("ServerReflectionInfo"))
        }
    }
#endif
