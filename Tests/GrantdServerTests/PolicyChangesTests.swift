//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

@testable internal import GrantdServer

@Suite("What a reload tells of the policies")
struct PolicyChangesTests {
    @Test("programmes that are changed, added and gone, with the digests before and after")
    func reload() async throws {
        let builtIn = try PolicySet.builtIn()
        let files = PolicySet.builtInFiles()
        let changed = try #require(files.first { $0.name == "ai-application.yaml" })
        let kept = try #require(files.first { $0.name == "medical-device.yaml" })
        func load(_ files: [(name: String, bytes: [UInt8])]) throws -> PolicySet {
            try PolicyLoader.load(files: files).get()
        }
        let before = try load([(changed.name, changed.bytes), (kept.name, kept.bytes)])
        let other = try #require(files.first { $0.name == "digital-space.yaml" })
        let after = try load([(changed.name, changed.bytes + Array("# More.\n".utf8)), (other.name, other.bytes)])
        let log = LogLines()
        try await withLiveServer(policies: before) { server in
            let control = ControlService(
                server: server.server,
                logger: log.logger,
                interval: nil,
                load: { _ in .success(CompiledPolicies(after)) }
            )
            control.reload()
            let lines = log.take()
            let summary = try #require(lines.first { $0.message == "policies loaded anew" })
            #expect(["changed", "added", "gone", "programmes"].map { summary[$0] } == ["1", "1", "1", "2"])
            func digest(_ policies: PolicySet, _ id: String) -> String? {
                policies.programmes.first { $0.id == id }?.digest
            }
            let ai = try #require(lines.first { $0.message == "programme changed" })
            #expect(ai["programme"] == "ai-application")
            #expect(ai["digest_before"] == digest(before, "ai-application"))
            #expect(ai["digest"] == digest(after, "ai-application"))
            #expect(ai["digest"] != ai["digest_before"])
            let added = try #require(lines.first { $0.message == "programme added" })
            #expect(added["programme"] == "digital-space")
            #expect(added["digest"] != nil && added["digest_before"] == nil)
            let gone = try #require(lines.first { $0.message == "programme gone" })
            #expect(gone["programme"] == "medical-device")
            #expect(gone["digest"] == nil && gone["digest_before"] == digest(builtIn, "medical-device"))
            control.reload()
            #expect(log.take().map(\.message).filter { $0.hasPrefix("programme") }.isEmpty)
        }
    }
}
