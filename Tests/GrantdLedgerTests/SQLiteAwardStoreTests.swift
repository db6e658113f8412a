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

    @Test(
        "is what the model says wherever its entries wait, for several that write it, whether they close it or die",
        arguments: 0..<10 as Range<UInt64>,
        [0, 7, 10_000]
    )
    func waiting(seed: UInt64, waits: Int) throws {
        let folder = try TemporaryFolder()
        let clock = RandomHistory.Clock()
        var history = RandomHistory(seed: 1_000 + seed, clock: clock)
        var random = SplitMix(state: seed)
        var configuration = SQLiteAwardStore.Configuration.defaults
        configuration.waitingEntries = waits
        func open() throws -> SQLiteAwardStore {
            try SQLiteAwardStore(path: folder.file("book"), configuration: configuration, clock: { clock.now })
        }
        var stores = [try open(), try open()]
        for step in 0..<80 {
            // Phases, so that what waits is at times much, and is then met by whatever changes it.
            history.isCalm = step % 20 < 14
            let writer = Int.random(in: 0..<2, using: &random)
            try history.step(stores[writer])
            switch Int.random(in: 0..<12, using: &random) {
            case 0: try history.compareAll(stores[1 - writer])
            case 1:
                stores[writer].close()
                stores[writer] = try open()
            // What a process that dies does not do: it closes nothing.
            case 2: stores[writer] = try open()
            default: break
            }
        }
        try history.compareAll(stores[0])
        let result = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(result.isSound, "\(result.findings)")
        for store in stores { store.close() }
        let closed = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(closed.isSound, "\(closed.findings)")
        #expect(closed.head.tablesSeq == closed.head.lastSeq)
    }

    @Test("lets no more entries wait than it is told to, and forgets those of a step that does not stand")
    func bounded() throws {
        let folder = try TemporaryFolder()
        let clock = RandomHistory.Clock()
        var configuration = SQLiteAwardStore.Configuration.defaults
        configuration.waitingEntries = 10
        let store = try SQLiteAwardStore(
            path: folder.file("book"),
            configuration: configuration,
            clock: { clock.now }
        )
        var most: Int64 = 0
        for index in 0..<100 {
            _ = try store.begin(StepNeeds())
            let receipt = Receipt(key: "K\(index)", contentHash: [UInt8](repeating: 1, count: 32), reply: [1])
            if index % 3 == 0 { store.abandon() } else { try store.commit([.answered(receipt)]) }
            let head = try SQLiteBookFile(path: folder.file("book")).head()
            #expect(head.lastSeq - head.tablesSeq < 10)
            most = max(most, head.lastSeq - head.tablesSeq)
        }
        #expect(most == 9)
        // A key that is there already: the step does not stand, and nothing of it waits.
        let known = Receipt(key: "K1", contentHash: [UInt8](repeating: 2, count: 32), reply: [2])
        let free = Receipt(key: "free", contentHash: [UInt8](repeating: 2, count: 32), reply: [2])
        let before = try SQLiteBookFile(path: folder.file("book")).head()
        _ = try store.begin(StepNeeds())
        #expect(throws: LedgerFault.self) { try store.commit([.answered(free), .answered(known)]) }
        #expect(try SQLiteBookFile(path: folder.file("book")).head() == before)
        var needs = StepNeeds()
        needs.keys = ["K1", "free"]
        #expect(try store.read(needs).receipts.mapValues(\.reply) == ["K1": [1]])
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

    @Test("knows every key for good where nobody says how long, also years and openings later")
    func keysStay() throws {
        let folder = try TemporaryFolder()
        let clock = RandomHistory.Clock()
        let receipt = Receipt(key: "K", contentHash: [UInt8](repeating: 1, count: 32), reply: [1, 2, 3])
        var needs = StepNeeds()
        needs.keys = ["K"]
        let first = try Self.store(folder, clock)
        #expect(try first.begin(needs).receipts.isEmpty)
        try first.commit([.answered(receipt)])
        first.close()
        for _ in 1...3 {
            clock.now += 366 * 86_400_000
            let store = try Self.store(folder, clock)
            #expect(try store.begin(needs).receipts == ["K": receipt])
            // The key is taken: nothing is booked under it anew.
            #expect(throws: LedgerFault.self) { try store.commit([.answered(receipt)]) }
            store.close()
        }
    }

    private static func store(_ folder: TemporaryFolder, _ clock: RandomHistory.Clock) throws -> SQLiteAwardStore {
        try SQLiteAwardStore(path: folder.file("book"), clock: { clock.now })
    }
}
