//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdLedger
internal import GrantdService

#if PostgreSQL
    internal import GrantdLedgerPostgreSQL
#endif

/// The book of awards alone, in process: what its steps cost without a call around them.
struct BookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "book",
        abstract: "Books awards of as many applicants, under one envelope, and prints how many a second."
    )

    @Argument(help: "The book's file, or the address of a PostgreSQL database; it is added to.")
    var book: String

    @Option(help: "How many awards a step has: as many as clients wait at a time.")
    var step = 1_000

    @Option(help: "For how long, in seconds.")
    var seconds = 5

    private func store() throws -> any AwardStore {
        guard self.book.hasPrefix("postgres://") || self.book.hasPrefix("postgresql://") else {
            return try SQLiteAwardStore(path: self.book)
        }
        #if PostgreSQL
            return try PostgreSQLAwardStore(address: self.book)
        #else
            throw ValidationError("built without PostgreSQL: build with --traits PostgreSQL")
        #endif
    }

    func run() throws {
        let store = try self.store()
        defer { store.close() }
        let view = try store.begin(StepNeeds())
        let envelope = Envelope(envelopeID: "bench", limitFen: .max)
        try store.commit([.envelopePut(envelope, at: view.now, caller: nil)])
        var system = SystemRandomNumberGenerator()
        let run = UInt32.random(in: .min ... .max, using: &system)
        var generator = SplitMix(state: system.next())
        let began = (wall: Self.seconds(CLOCK_MONOTONIC), cpu: Self.seconds(CLOCK_THREAD_CPUTIME_ID))
        var done = 0
        while Self.seconds(CLOCK_MONOTONIC) < began.wall + Double(self.seconds) {
            try Self.book(done..<done + self.step, of: run, store, &generator)
            done += self.step
        }
        let wall = Self.seconds(CLOCK_MONOTONIC) - began.wall
        let cpu = Self.seconds(CLOCK_THREAD_CPUTIME_ID) - began.cpu
        print(
            "\(Int(Double(done) / wall)) awards/s, \(Int(cpu / Double(max(1, done)) * 1e9)) ns of CPU an award, \(done) awards"
        )
    }

    /// A step as the service makes it: it reads what it decides by, then adds what it decided.
    private static func book(
        _ range: Range<Int>,
        of run: UInt32,
        _ store: any AwardStore,
        _ generator: inout SplitMix
    ) throws {
        let measure = "medical-device.common-platform"
        let subject = SubjectID("bench")
        var wanted = StepNeeds.Awards()
        wanted.subjects = [subject]
        var needs = StepNeeds()
        needs.wantsEnvelopes = true
        let codes = range.map { _ in
            "9111\(UInt64.random(in: 10_000_000_000_000...99_999_999_999_999, using: &generator))"
        }
        for (index, code) in zip(range, codes) {
            needs.awards[ApplicantMeasure(creditCode: code, measure: measure)] = wanted
            needs.keys.insert("bench-\(run)-\(index)")
        }
        let view = try store.begin(needs)
        let content = [UInt8](repeating: 1, count: 32)
        let reply = [UInt8](repeating: 2, count: 450)
        let digest = String(repeating: "a", count: 64)
        let entries = zip(range, codes).map { index, code in
            LedgerEntry.awarded(
                BookedAward(
                    awardID: AwardID.new(at: view.now, using: &generator),
                    creditCode: code,
                    measure: measure,
                    programme: "medical-device",
                    subjectID: subject,
                    awardedOn: 20_000,
                    amountFen: 1_000_00,
                    state: .committed,
                    expiresAt: nil,
                    runID: "bench-\(run)",
                    policyDigest: digest,
                    applicationID: "application-\(index)",
                    bookedAt: view.now,
                    caller: "bench"
                ),
                Receipt(key: "bench-\(run)-\(index)", contentHash: content, reply: reply)
            )
        }
        try store.commit(entries)
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Numbers by chance that cost next to nothing.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
