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

    private static func store(_ folder: TemporaryFolder, _ clock: RandomHistory.Clock) throws -> SQLiteAwardStore {
        try SQLiteAwardStore(path: folder.file("book"), clock: { clock.now })
    }
}
