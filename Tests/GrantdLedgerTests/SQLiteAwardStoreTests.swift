//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdLedger
import GrantdService
import Testing

@Suite("A book in SQLite")
struct SQLiteAwardStoreTests {
    @Test("is what the model says, through random histories, also when it is opened again", arguments: 0..<20)
    func histories(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let clock = RandomHistory.Clock()
        var history = RandomHistory(seed: seed, clock: clock)
        var store = try Self.store(folder, clock)
        for step in 0..<60 {
            try history.step(store)
            if step % 20 == 19 {
                store.close()
                store = try Self.store(folder, clock)
                try history.compareAll(store)
            }
        }
    }

    @Test("keeps the replies to keys for as long as it is told to, and stays sound")
    func replies() throws {
        let folder = try TemporaryFolder()
        let clock = RandomHistory.Clock()
        var configuration = SQLiteAwardStore.Configuration.defaults
        configuration.keepsRepliesFor = 1_000
        let store = try SQLiteAwardStore(
            path: folder.file("book"),
            configuration: configuration,
            clock: { clock.now }
        )
        let receipt = Receipt(key: "K", contentHash: [UInt8](repeating: 1, count: 32), reply: [1])
        _ = try store.begin(StepNeeds())
        try store.commit([.answered(receipt)])
        var needs = StepNeeds()
        needs.keys = ["K"]
        clock.now += 1_000
        #expect(try store.begin(needs).receipts["K"] == receipt)
        store.abandon()
        clock.now += 1
        #expect(try store.begin(needs).receipts.isEmpty)
        // The key is free again.
        try store.commit([.answered(receipt)])
        #expect(try store.begin(needs).receipts["K"] == receipt)
        store.close()
        let result = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(result.isSound, "\(result.findings)")
        #expect(result.head.repliesFrom == 2)
    }

    private static func store(_ folder: TemporaryFolder, _ clock: RandomHistory.Clock) throws -> SQLiteAwardStore {
        try SQLiteAwardStore(path: folder.file("book"), clock: { clock.now })
    }
}
