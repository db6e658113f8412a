//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdClient
import GrantdMessages
import GrantdPolicy
import GrantdSchema
import GrantdTesting
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("The cache of schemas", .timeLimit(.minutes(2)))
struct SchemaCacheTests {
    private static func stored(_ bytes: [UInt8]) -> StoredSchema {
        StoredSchema(bytes: bytes, digest: PolicyDigest.of(bytes))
    }

    private static func added() throws -> StoredSchema { Self.stored(try AddedProgramme.policies().schema) }

    private static func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private static func knowsTrees(_ schema: DescriptorSet) -> Bool {
        schema.message(named: GrantdApplication.protoMessageName)?.field(named: "tree_planting_award") != nil
    }

    @Test("stands in XDG_CACHE_HOME, else in HOME, else nowhere")
    func place() {
        #expect(SchemaCache(cacheHome: "/c", home: "/h")?.directory == "/c/grantd/schemas")
        #expect(SchemaCache(cacheHome: nil, home: "/h")?.directory == "/h/.cache/grantd/schemas")
        #expect(SchemaCache(cacheHome: "relative", home: "/h")?.directory == "/h/.cache/grantd/schemas")
        #expect(SchemaCache(cacheHome: "", home: "") == nil)
        #expect(SchemaCache(cacheHome: nil, home: nil) == nil)
    }

    @Test("gives back what an address had last, and is its owner's alone")
    func keeps() async throws {
        try await PolicyFolder.make { folder in
            let cache = try #require(SchemaCache(cacheHome: folder("new"), home: nil))
            #expect(cache.last(of: "a:1") == nil)
            let (first, second) = (Self.stored([1, 2]), Self.stored([3]))
            cache.keep(first, for: "a:1")
            cache.keep(second, for: "b:1")
            #expect(cache.last(of: "a:1")?.bytes == [1, 2])
            cache.keep(second, for: "a:1")
            #expect(cache.last(of: "a:1")?.bytes == [3])
            #expect(cache.last(of: "c:1") == nil)
            #expect(try Self.permissions(cache.directory) == 0o700)
            #expect(try Self.permissions(folder("new")) == 0o700)
            #expect(try Self.permissions("\(cache.directory)/\(first.digest).binpb") == 0o600)
        }
    }

    @Test("gives nothing back that was changed, and takes the right bytes again")
    func corruption() async throws {
        try await PolicyFolder.make { folder in
            let cache = try #require(SchemaCache(cacheHome: folder.path, home: nil))
            let schema = Self.stored([1, 2, 3])
            cache.keep(schema, for: "a:1")
            let file = "\(cache.directory)/\(schema.digest).binpb"
            for bytes in [[], [1, 2, 4]] as [[UInt8]] {
                try Data(bytes).write(to: URL(filePath: file))
                #expect(cache.last(of: "a:1") == nil)
                #expect(!FileManager.default.fileExists(atPath: file))
                cache.keep(schema, for: "a:1")
                #expect(cache.last(of: "a:1")?.bytes == [1, 2, 3])
            }
            let index = "\(cache.directory)/addresses/\(PolicyDigest.of(Array("a:1".utf8)))"
            try Data("../../../etc/passwd\n".utf8).write(to: URL(filePath: index))
            #expect(cache.last(of: "a:1") == nil)
        }
    }

    @Test("keeps no more than its bound, the latest used")
    func bound() async throws {
        try await PolicyFolder.make { folder in
            let cache = try #require(SchemaCache(cacheHome: folder.path, home: nil))
            let schemas = (0..<SchemaCache.mostAddresses + 8).map { Self.stored([UInt8($0)]) }
            for (index, schema) in schemas.enumerated() {
                cache.keep(schema, for: "host:\(index + 1)")
                #expect(cache.schema(digest: schemas[0].digest) != nil)
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: cache.directory)
            #expect(files.count { $0.hasSuffix(".binpb") } == SchemaCache.mostSchemas)
            let addresses = try FileManager.default.contentsOfDirectory(atPath: cache.directory + "/addresses")
            #expect(addresses.count == SchemaCache.mostAddresses)
        }
    }

    @Test("is used where the daemon confirms the digest")
    func hit() async throws {
        try await PolicyFolder.make { folder in
            let cache = try #require(SchemaCache(cacheHome: folder.path, home: nil))
            let added = try Self.added()
            let reply = GrantdSchema.with { $0.digest = added.digest }
            try await withPeer(hasResponse: true, payload: try reply.serializedBytes()) { text in
                let address = try #require(GrantdAddress(text))
                try await withGrantdClient(address: address) { client in
                    // Nothing is kept yet: an answer without the schema is none.
                    let miss = try await DaemonSchema.fetch(client, address: address, cache: cache)
                    #expect(miss.failure?.code == .invalidReply)
                    #expect(!Self.knowsTrees(miss.schema))
                    cache.keep(added, for: text)
                    let hit = try await DaemonSchema.fetch(client, address: address, cache: cache)
                    #expect(hit.failure == nil)
                    #expect(hit.digest == added.digest)
                    #expect(Self.knowsTrees(hit.schema))
                }
            }
        }
    }

    @Test("takes the schema of a daemon that tells no digest, and not one that has another digest than it says")
    func digests() async throws {
        let added = try Self.added()
        for (digest, isTaken) in [(nil, true), (String(repeating: "0", count: 64), false)] {
            var reply = GrantdSchema.with { $0.fileDescriptorSet = Data(added.bytes) }
            if let digest { reply.digest = digest }
            try await withPeer(hasResponse: true, payload: try reply.serializedBytes()) { text in
                let address = try #require(GrantdAddress(text))
                try await withGrantdClient(address: address) { client in
                    let schema = try await DaemonSchema.fetch(client, address: address, cache: nil)
                    #expect((schema.failure == nil) == isTaken)
                    #expect(Self.knowsTrees(schema.schema) == isTaken)
                }
            }
        }
    }

    @Test("tells a wrong request from a daemon that is gone by the last schema of its address")
    func offline() async throws {
        try await PolicyFolder.make { folder in
            let environment = ["XDG_CACHE_HOME": folder.path]
            let address = try await withLiveServer(policies: AddedProgramme.policies()) { server in
                for _ in 0..<2 {
                    let result = try await Tool.run(
                        ["evaluate", "--json", "--address", server.address],
                        input: AddedProgramme.request("A"),
                        environment: environment
                    )
                    #expect(result.code == 0, "\(result.errors)")
                }
                return server.address
            }
            let file = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder("grantd/schemas")).first {
                    $0.hasSuffix(".binpb")
                }
            )
            #expect(file == "\(try Self.added().digest).binpb")
            let wrong = AddedProgramme.request("A", facts: #""tree_count": true"#)
            for (input, code) in [(AddedProgramme.request("A"), 69), (wrong, 65)] as [(String, Int32)] {
                let result = try await Tool.run(
                    ["evaluate", "--address", address],
                    input: input,
                    environment: environment
                )
                #expect(result.code == code, "\(result.errors)")
            }
            // Without the cache the measure may be one of the daemon's, so it is the daemon that is missing.
            for arguments in [["evaluate"], ["evaluate", "--jsonl"]] {
                let result = try await Tool.run(arguments + ["--address", address], input: wrong)
                #expect(result.code == 69, "\(result.errors)")
            }
        }
    }
}
