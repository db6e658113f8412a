//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdServer
    internal import SwiftProtobuf

    /// The files of the contract and what they declare, as reflection is asked for them.
    struct ReflectionIndex: Sendable {
        /// A `.proto` file.
        struct File: Sendable {
            let name: String
            let imports: [String]
            /// A serialized `google.protobuf.FileDescriptorProto`.
            let bytes: [UInt8]
        }

        /// An extension's place.
        struct ExtensionKey: Hashable, Sendable {
            /// The full name of the message that is extended.
            let type: String
            let number: Int32
        }

        /// The full names of all services, in order.
        private(set) var services: [String] = []
        private var files: [String: File] = [:]
        /// By a symbol's full name, the name of its file.
        private var fileOfSymbol: [String: String] = [:]
        private var fileOfExtension: [ExtensionKey: String] = [:]

        /// Reads serialized `google.protobuf.FileDescriptorSet` messages.
        init(_ sets: [[UInt8]]) throws {
            for set in sets {
                for file in try Google_Protobuf_FileDescriptorSet(serializedBytes: set).file { try self.add(file) }
            }
            self.services.sort()
        }

        /// The contract with the facts of all that is served, and what gRPC itself brings.
        ///
        /// - Parameter schema: A serialized `google.protobuf.FileDescriptorSet`.
        init(schema: [UInt8]) throws { try self.init([schema, serviceDescriptorSet]) }

        /// The file of that name.
        func file(named name: String) -> File? { self.files[name] }

        /// The file that declares the symbol of that full name.
        func file(declaring symbol: String) -> File? { self.fileOfSymbol[symbol].flatMap { self.files[$0] } }

        /// The file that declares the extension.
        func file(extending type: String, number: Int32) -> File? {
            self.fileOfExtension[ExtensionKey(type: type, number: number)].flatMap { self.files[$0] }
        }

        /// The numbers of the message's extensions, in order; nil where there is no such message.
        func extensionNumbers(of type: String) -> [Int32]? {
            guard self.fileOfSymbol[type] != nil else { return nil }
            return self.fileOfExtension.keys.filter { $0.type == type }.map(\.number).sorted()
        }

        // MARK: - Reading

        private mutating func add(_ file: Google_Protobuf_FileDescriptorProto) throws {
            guard self.files[file.name] == nil else { return }
            self.files[file.name] = File(name: file.name, imports: file.dependency, bytes: try file.serializedBytes())
            let scope = file.package
            for message in file.messageType { self.add(message, in: scope, file.name) }
            for type in file.enumType { self.add(type, in: scope, file.name) }
            for field in file.extension { self.add(extension: field, in: scope, file.name) }
            for service in file.service {
                let name = Self.join(scope, service.name)
                self.services.append(name)
                self.fileOfSymbol[name] = file.name
                for method in service.method { self.fileOfSymbol[Self.join(name, method.name)] = file.name }
            }
        }

        private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String, _ file: String) {
            let name = Self.join(scope, message.name)
            self.fileOfSymbol[name] = file
            for field in message.field { self.fileOfSymbol[Self.join(name, field.name)] = file }
            for oneof in message.oneofDecl { self.fileOfSymbol[Self.join(name, oneof.name)] = file }
            for type in message.enumType { self.add(type, in: name, file) }
            for field in message.extension { self.add(extension: field, in: name, file) }
            for nested in message.nestedType { self.add(nested, in: name, file) }
        }

        private mutating func add(_ type: Google_Protobuf_EnumDescriptorProto, in scope: String, _ file: String) {
            let name = Self.join(scope, type.name)
            self.fileOfSymbol[name] = file
            // A value stands beside its enum, not within it; tools ask for either.
            for value in type.value {
                self.fileOfSymbol[Self.join(scope, value.name)] = file
                self.fileOfSymbol[Self.join(name, value.name)] = file
            }
        }

        private mutating func add(
            extension field: Google_Protobuf_FieldDescriptorProto,
            in scope: String,
            _ file: String
        ) {
            self.fileOfSymbol[Self.join(scope, field.name)] = file
            // A full name in a descriptor begins with a dot.
            let type = field.extendee.hasPrefix(".") ? String(field.extendee.dropFirst()) : field.extendee
            self.fileOfExtension[ExtensionKey(type: type, number: field.number)] = file
        }

        private static func join(_ scope: String, _ name: String) -> String {
            scope.isEmpty ? name : "\(scope).\(name)"
        }
    }
#endif
