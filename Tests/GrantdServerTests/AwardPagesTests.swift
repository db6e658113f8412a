//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import Testing

/// The pages of the book, as a browser reaches them.
@Suite
struct AwardPagesTests {
    private static func configuration(_ ledger: AwardLedger?) -> ServerConfiguration {
        var configuration = ServerConfiguration.defaults
        configuration.ledger = ledger
        configuration.http.arePagesPublic = true
        configuration.tokens = TokenSet([
            TokenSet.Entry(token: Array("agency".utf8), name: "bureau", roles: [.ask, .agency]),
            TokenSet.Entry(token: Array("ask".utf8), name: "window", roles: .ask),
            TokenSet.Entry(token: Array("operate".utf8), name: "operator", roles: [.ask, .operate]),
        ])
        return configuration
    }

    private static func login(_ token: String) -> String { "authorization: Bearer \(token)" }

    private static func award(_ subject: String, run: String, isDry: Bool = false) -> [UInt8] {
        HTTPText.post(
            "/grantd.v1.Awards/Award",
            """
            {"application":{"as_of":"2026-05-20","subject_id":"\(subject)",
            "applicant":{"unified_social_credit_code":"91110000600037341L","registered_in_beijing":true},
            "medical_device_product_approval":{"is_medical_device":true,"undertook_national_project":true,
            "approved_for_market":true}},"amount_fen":"200000000","run_id":"\(run)","dry_run":\(isDry)}
            """,
            headers: [self.login("agency")]
        )
    }

    @Test("who has awarded finds it there; nobody else does, and strangers are asked for a token")
    func roles() async throws {
        let ledger = AwardLedger(store: MemoryAwardStore(clock: LedgerRunner.wallMilliseconds))
        defer { ledger.close() }
        try await withLiveServer(configuration: Self.configuration(ledger)) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (run, isDry) in [("round", false), ("what-if", true)] {
                    try await peer.send(Self.award(isDry ? "P-2" : "P-1", run: run, isDry: isDry))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200, "\(answer.text)")
                }
                func get(_ path: String, _ token: String?) async throws -> HTTPAnswer {
                    try await peer.send(HTTPText.get(path, headers: token.map { [Self.login($0)] } ?? []))
                    return try await peer.answer()
                }
                let paths = [
                    "/awards", "/awards/run?id=round", "/awards/run?id=what-if&dry=1",
                    "/awards/applicant?code=91110000600037341L",
                ]
                for path in paths {
                    let page = try await get(path, "agency")
                    #expect(page.status == 200, "\(path): \(page.text)")
                    #expect(page.text.contains("200万元"))
                    #expect(page.headers["cache-control"] == "no-store")
                    #expect(try await get(path, nil).status == 401)
                    for token in ["ask", "operate"] {
                        let page = try await get(path, token)
                        #expect(page.status == 403)
                        #expect(page.text.contains("只对主管部门开放"))
                        #expect(!page.text.contains("200万元"))
                    }
                }
                #expect(try await get("/awards?q=round", "agency").headers["location"] == "/awards/run?id=round")
                #expect(try await get("/awards/run?id=what-if", "agency").status == 404)
                // Public pages lead there only for an agency.
                #expect(try await !get("/", nil).text.contains("资金台账"))
                #expect(try await !get("/", "ask").text.contains("资金台账"))
                #expect(try await get("/", "agency").text.contains("资金台账"))
                // Spelt otherwise it is no page of the book's.
                #expect(try await get("/%61wards", nil).status == 404)
                #expect(try await get("/%61wards", "ask").status == 404)
                try await peer.send(HTTPText.post("/awards", "", headers: [Self.login("agency")]))
                #expect(try await peer.answer().status == 415)
            }
            // What pages ask is counted as no call.
            let calls = await server.server.statistics().calls
            #expect(calls.calls == 2)
        }
    }

    @Test("many readers at once have their pages, and one who leaves holds nobody up")
    func manyReaders() async throws {
        let ledger = AwardLedger(store: MemoryAwardStore(clock: LedgerRunner.wallMilliseconds))
        defer { ledger.close() }
        try await withLiveServer(configuration: Self.configuration(ledger)) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        try await RawPeer.connect(server.port) { peer async throws in
                            try await peer.send(HTTPText.get("/awards", headers: [Self.login("agency")]))
                            if number % 3 == 0 { return }
                            #expect(try await peer.answer().status == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("without a book the page says how to have one")
    func noBook() async throws {
        try await withLiveServer(configuration: Self.configuration(nil)) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/awards", headers: [Self.login("agency")]))
                let page = try await peer.answer()
                #expect(page.status == 200)
                #expect(page.text.contains("grantd serve --ledger"))
                try await peer.send(HTTPText.get("/", headers: [Self.login("agency")]))
                #expect(try await !peer.answer().text.contains("资金台账"))
            }
        }
    }
}
