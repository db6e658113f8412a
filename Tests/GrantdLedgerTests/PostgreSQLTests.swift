//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    import Foundation
    import GrantdLedger
    import GrantdLedgerPostgreSQL
    import GrantdService
    import Testing

    @Suite("A book in PostgreSQL", .serialized)
    struct PostgreSQLTests {
        @Test(
            "is what the model says, through random histories, also when it is opened again",
            arguments: 0..<5 as Range<UInt64>
        )
        func histories(seed: UInt64) throws {
            let address = try PostgreSQLCluster.shared.database()
            let clock = RandomHistory.Clock()
            clock.isStores = true
            var history = RandomHistory(seed: seed, clock: clock)
            var store = try PostgreSQLAwardStore(address: address)
            for step in 0..<60 {
                try history.step(store)
                if step % 20 == 19 {
                    store.close()
                    store = try PostgreSQLAwardStore(address: address)
                    try history.compareAll(store)
                }
            }
            store.close()
            let result = try BookVerifier(try PostgreSQLBook(address: address)).run()
            #expect(result.findings.isEmpty)
            #expect(result.isSound)
            #expect(result.entries > 50)
        }

        @Test("is found to be wrong where somebody changes it")
        func tampered() throws {
            let address = try PostgreSQLCluster.shared.database()
            let store = try PostgreSQLAwardStore(address: address)
            for index in 0..<20 { try Self.book(index, store) }
            store.close()
            let connection = try PostgreSQLConnection(address: address)
            for sql in [
                "UPDATE grantd.entries SET body = '' WHERE seq = 3", "DELETE FROM grantd.entries",
                "TRUNCATE grantd.entries",
            ] {
                #expect(throws: PostgreSQLFailure.self) { try connection.run(sql) }
            }
            _ = try connection.run("UPDATE grantd.applicant_sums SET fen = fen + 1")
            let sums = try BookVerifier(try PostgreSQLBook(address: address)).run()
            #expect("\(sums.findings)".contains("applicantSums"))
            _ = try connection.run("ALTER TABLE grantd.entries DISABLE TRIGGER ALL")
            _ = try connection.run("UPDATE grantd.entries SET body = set_byte(body, 20, 7) WHERE seq = 3")
            let entries = try BookVerifier(try PostgreSQLBook(address: address)).run()
            #expect("\(entries.findings)".contains("entry(3"))
        }

        @Test("is shared by daemons: their steps follow each other, and together they stay under a limit")
        func daemons() async throws {
            let address = try PostgreSQLCluster.shared.database()
            try PostgreSQLAwardStore(address: address).close()
            let limit: Int64 = 60
            let booked = try await withThrowingTaskGroup(of: Int.self) { group in
                for daemon in 0..<4 {
                    group.addTask {
                        let store = try PostgreSQLAwardStore(address: address)
                        defer { store.close() }
                        var booked = 0
                        for index in 0..<30 {
                            let view = try store.begin(Self.needs)
                            let sum = view.tallies[Self.pair]?.applicant.values.reduce(0) { $0 + $1.fen } ?? 0
                            guard sum < limit else {
                                store.abandon()
                                continue
                            }
                            try store.commit([.awarded(Self.award("D\(daemon)-\(index)", at: view.now), nil)])
                            booked += 1
                        }
                        return booked
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(booked == Int(limit))
            #expect(try BookVerifier(try PostgreSQLBook(address: address)).run().isSound)
        }

        @Test("goes on by itself after its connection was cut, and knows of a commit whether it stands")
        func disconnected() throws {
            let address = try PostgreSQLCluster.shared.database()
            let store = try PostgreSQLAwardStore(address: address)
            let other = try PostgreSQLConnection(address: address)
            try Self.book(0, store)
            let cut = """
                SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            _ = try other.run(cut)
            // Between steps: nobody notices but the one who asks next.
            var booked = 1
            do throws(LedgerFault) {
                try Self.book(1, store)
                booked += 1
            } catch {
                #expect(error.isTransient)
                #expect(error.message.contains("cannot be reached"), "\(error.message)")
            }
            try Self.book(2, store)
            booked += 1
            // Amid a step: nothing of it stands.
            let view = try store.begin(StepNeeds())
            _ = try other.run(cut)
            #expect(throws: LedgerFault.self) { try store.commit([.awarded(Self.award("lost", at: view.now), nil)]) }
            try Self.book(3, store)
            booked += 1
            #expect(try Self.count(store) == booked)
        }

        @Test("tells a daemon that waits too long for another that it may try again")
        func locked() throws {
            let address = try PostgreSQLCluster.shared.database()
            var configuration = PostgreSQLAwardStore.Configuration.defaults
            configuration.lockWait = 50
            let store = try PostgreSQLAwardStore(address: address, configuration: configuration)
            let other = try PostgreSQLAwardStore(address: address)
            _ = try other.begin(StepNeeds())
            let fault = try #require(throws: LedgerFault.self) { try Self.book(0, store) }
            #expect(fault.isTransient)
            #expect(fault.message.contains("held by another daemon"), "\(fault.message)")
            other.abandon()
            try Self.book(0, store)
            #expect(try Self.count(store) == 1)
        }

        @Test("tells of a server without room, and goes on once there is some", arguments: ["53100", "58030"])
        func full(state: String) throws {
            let address = try PostgreSQLCluster.shared.database()
            let store = try PostgreSQLAwardStore(address: address)
            try Self.book(0, store)
            let other = try PostgreSQLConnection(address: address)
            _ = try other.run(
                """
                CREATE FUNCTION grantd.refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the disk takes no more' USING ERRCODE = '\(state)'; END $$
                """
            )
            _ = try other.run(
                "CREATE TRIGGER refuse BEFORE INSERT ON grantd.entries FOR EACH ROW EXECUTE FUNCTION grantd.refuse()"
            )
            let fault = try #require(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(fault.message.contains("the server has no room"), "\(fault.message)")
            #expect(fault.message.contains("SQLSTATE \(state)"), "\(fault.message)")
            #expect(try Self.count(store) == 1)
            _ = try other.run("DROP FUNCTION grantd.refuse() CASCADE")
            try Self.book(1, store)
            #expect(try Self.count(store) == 2)
            #expect(try BookVerifier(try PostgreSQLBook(address: address)).run().isSound)
        }

        @Test("keeps the replies to keys for as long as it is told to, and stays sound")
        func replies() throws {
            let address = try PostgreSQLCluster.shared.database()
            var configuration = PostgreSQLAwardStore.Configuration.defaults
            configuration.keepsRepliesFor = -1
            let store = try PostgreSQLAwardStore(address: address, configuration: configuration)
            let receipt = Receipt(key: "K", contentHash: [UInt8](repeating: 1, count: 32), reply: [1])
            _ = try store.begin(StepNeeds())
            try store.commit([.answered(receipt)])
            var needs = StepNeeds()
            needs.keys = ["K"]
            #expect(try store.read(needs).receipts["K"] == receipt)
            _ = try store.begin(StepNeeds())
            try store.commit([.answered(Receipt(key: "L", contentHash: receipt.contentHash, reply: [2]))])
            #expect(try store.read(needs).receipts.isEmpty)
            // The key is free again.
            _ = try store.begin(StepNeeds())
            try store.commit([.answered(receipt)])
            #expect(try BookVerifier(try PostgreSQLBook(address: address)).run().isSound)
        }

        @Test("refuses a book of a newer version, and says where there is none")
        func versions() throws {
            let address = try PostgreSQLCluster.shared.database()
            let none = try #require(throws: LedgerFault.self) { try PostgreSQLBook(address: address) }
            #expect(none.message.contains("is not there"), "\(none.message)")
            try PostgreSQLAwardStore(address: address).close()
            _ = try PostgreSQLConnection(address: address).run("UPDATE grantd.version SET version = 1000")
            let newer = try #require(throws: LedgerFault.self) { try PostgreSQLAwardStore(address: address) }
            #expect(newer.message.contains("made by a newer grantd"), "\(newer.message)")
            let nobody = try #require(throws: LedgerFault.self) {
                try PostgreSQLAwardStore(address: "postgres://127.0.0.1:1/none")
            }
            #expect(nobody.isTransient)
        }

        @Test(
            "refuses a schema that is not its own, or not whole, and names what is missing",
            arguments: [
                ("DROP SCHEMA grantd CASCADE; CREATE SCHEMA grantd; CREATE TABLE grantd.t (a int)", "is no book"),
                ("DROP TABLE grantd.version; CREATE TABLE grantd.version (version text)", "is no book"),
                ("DELETE FROM grantd.version", "does not say which version"),
                ("UPDATE grantd.version SET version = -1", "does not say which version"),
                ("DROP TABLE grantd.keys", "not whole: it lacks keys.key"),
                ("ALTER TABLE grantd.awards DROP COLUMN run_id", "not whole: it lacks awards.run_id"),
                ("DROP TRIGGER entries_stay ON grantd.entries", "not whole: it lacks trigger entries_stay"),
            ]
        )
        func otherSchema(change: String, message: String) throws {
            let address = try PostgreSQLCluster.shared.database()
            try PostgreSQLAwardStore(address: address).close()
            let connection = try PostgreSQLConnection(address: address)
            for statement in change.split(separator: "; ") { _ = try connection.run(String(statement)) }
            let fault = try #require(throws: LedgerFault.self) { try PostgreSQLAwardStore(address: address) }
            #expect(fault.message.contains(message), "\(fault.message)")
            #expect(!fault.isTransient)
        }

        @Test("begins a book in a schema that is there and empty")
        func emptySchema() throws {
            let address = try PostgreSQLCluster.shared.database()
            _ = try PostgreSQLConnection(address: address).run("CREATE SCHEMA grantd")
            try PostgreSQLAwardStore(address: address).close()
            #expect(try BookVerifier(try PostgreSQLBook(address: address)).run().isSound)
        }

        @Test("outlives a server that is killed: what was acknowledged stands", arguments: 0..<PostgreSQLTests.kills)
        func killed(round: Int) throws {
            let cluster = try PostgreSQLCluster()
            defer { cluster.stop() }
            let address = try cluster.database()
            let store = try PostgreSQLAwardStore(address: address)
            let killing = Thread { [cluster] in
                usleep(UInt32(20_000 + round * 7_919 % 400_000))
                cluster.kill()
            }
            killing.start()
            var acknowledged: [String] = []
            var pending: String?
            do throws(LedgerFault) {
                while acknowledged.count < 100_000 {
                    let awardID = "A\(acknowledged.count)"
                    pending = awardID
                    let view = try store.begin(StepNeeds())
                    try store.commit([.awarded(Self.award(awardID, at: view.now), nil)])
                    acknowledged.append(awardID)
                }
            } catch {
                #expect(error.isTransient, "\(error.message)")
            }
            try cluster.restart()
            var listed: [String] = []
            var query = AwardQuery(pageSize: 1_000)
            repeat {
                let page = try store.list(query)
                listed += page.awards.map(\.awardID)
                query.after = page.next
            } while query.after != nil
            #expect(listed == acknowledged || listed == acknowledged + [pending].compactMap(\.self))
            #expect(try BookVerifier(try PostgreSQLBook(address: address)).run().isSound)
            store.close()
        }

        /// The environment variable `GRANTD_SERVER_KILLS` says how often; by default twice.
        static let kills = ProcessInfo.processInfo.environment["GRANTD_SERVER_KILLS"].flatMap { Int($0) } ?? 2

        // MARK: -

        private static let pair = ApplicantMeasure(creditCode: "91110000000000000X", measure: "house.one")

        private static var needs: StepNeeds {
            var needs = StepNeeds()
            needs.awards[Self.pair] = StepNeeds.Awards()
            return needs
        }

        private static func book(_ index: Int, _ store: PostgreSQLAwardStore) throws(LedgerFault) {
            let view = try store.begin(StepNeeds())
            try store.commit([.awarded(self.award("A\(index)", at: view.now), nil)])
        }

        private static func award(_ awardID: String, at now: Int64) -> BookedAward {
            BookedAward(
                awardID: awardID,
                creditCode: self.pair.creditCode,
                measure: self.pair.measure,
                programme: "house",
                subjectID: nil,
                awardedOn: 20_000,
                amountFen: 1,
                state: .committed,
                expiresAt: nil,
                runID: nil,
                policyDigest: "",
                applicationID: nil,
                bookedAt: now,
                caller: nil
            )
        }

        private static func count(_ store: PostgreSQLAwardStore) throws -> Int {
            try store.read(self.needs).tallies[self.pair]?.applicant.values.reduce(0) { $0 + Int($1.count) } ?? 0
        }
    }
#endif
