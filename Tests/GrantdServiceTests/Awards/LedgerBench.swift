//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Synchronization

@testable internal import GrantdService

/// A book and its runner without a thread: calls are worked on when a test says so.
final class LedgerBench {
    /// What has become of a call.
    final class Pending: Sendable {
        fileprivate let outcome = Mutex<Result<[UInt8], CallError>?>(nil)

        var result: Result<[UInt8], CallError>? { self.outcome.withLock { $0 } }
    }

    private let queue: CallQueue
    private let runner: LedgerRunner
    private let policies: CompiledPolicies
    private let limits: Limits
    private let monotonic = Monotonic()
    private let counters = LedgerCounters()

    /// What the runner has counted.
    var statistics: LedgerStatistics { self.counters.statistics }

    private final class Monotonic: Sendable {
        let nanoseconds = Atomic<Int64>(0)
    }

    /// Makes a bench.
    ///
    /// - Parameter store: the daemon's book; nil where it keeps none.
    init(
        _ store: (any AwardStore)?,
        policies: CompiledPolicies? = nil,
        limits: Limits = .defaults,
        wallClock: @escaping () -> Int64 = { 0 }
    ) throws {
        self.queue = AwardLedger(limits: limits, isManual: true).lane.queue
        self.policies = try policies ?? Self.builtIn.get()
        self.limits = limits
        let monotonic = self.monotonic
        self.runner = LedgerRunner(
            store: store,
            limits: limits,
            clock: .manual { MonotonicTime(nanoseconds: monotonic.nanoseconds.load(ordering: .relaxed)) },
            wallClock: wallClock,
            counters: self.counters
        )
    }

    /// Lets the monotonic clock show another time.
    func setTime(nanoseconds: Int64) { self.monotonic.nanoseconds.store(nanoseconds, ordering: .relaxed) }

    static let builtIn = Result { CompiledPolicies(try PolicySet.builtIn()) }
    static let agency = Caller(name: "bureau", roles: [.ask, .agency])

    // MARK: - Calls

    /// Puts a call in the line.
    func add(
        _ method: Method,
        _ request: [UInt8],
        client: UInt64 = 1,
        caller: Caller = LedgerBench.agency,
        deadline: MonotonicTime? = nil
    ) throws -> Pending {
        let pending = Pending()
        let call = request.withUnsafeBytes { bytes in
            PendingCall(
                work: .answer(method),
                kind: .ledger,
                client: ClientID(client),
                caller: caller,
                policies: self.policies,
                request: bytes,
                arrival: MonotonicTime(nanoseconds: 0),
                deadline: deadline
            ) { [queue = self.queue] outcome, _ in
                let copied = outcome.map { [UInt8]($0.payload) }
                pending.outcome.withLock { $0 = copied }
                if case .success(let bytes) = copied { queue.replyTaken(ClientID(client), bytes: bytes.count) }
            }
        }
        try self.queue.add(call)
        return pending
    }

    /// One step of everything that waits.
    @discardableResult
    func step() -> Bool {
        if case .call = self.runner.runNext(of: self.queue) { return true }
        return false
    }

    /// A call from its beginning to its end.
    func call(
        _ method: Method,
        _ request: some Message,
        caller: Caller = LedgerBench.agency
    ) throws -> Result<[UInt8], CallError> {
        try self.call(method, request.serializedBytes(), caller: caller)
    }

    func call(
        _ method: Method,
        _ request: [UInt8],
        caller: Caller = LedgerBench.agency
    ) throws -> Result<[UInt8], CallError> {
        let pending = try self.add(method, request, caller: caller)
        while self.step() {}
        guard let result = pending.result else { throw NotAnswered() }
        return result
    }

    struct NotAnswered: Error {}

    /// A reply, or the error that is thrown.
    func answer<Reply: Message>(_ method: Method, _ request: some Message, as type: Reply.Type) throws -> Reply {
        try Reply(serializedBytes: try self.call(method, request).get())
    }

    /// The error of a call.
    func error(_ method: Method, _ request: some Message, caller: Caller = LedgerBench.agency) throws -> CallError? {
        guard case .failure(let error) = try self.call(method, request, caller: caller) else { return nil }
        return error
    }
}

/// Requests of the book's that the built-in policies answer.
enum AwardSamples {
    /// A code of a number: 17 characters, and the check character of GB 32100-2015.
    static func code(_ number: Int) -> String {
        let digits = String(number)
        return Self.checked("91110000MA" + String(repeating: "0", count: 7 - digits.count) + digits)
    }

    private static func checked(_ start: String) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
        var (sum, weight) = (0, 1)
        for character in start {
            sum += (alphabet.firstIndex(of: character) ?? 0) * weight
            weight = weight * 3 % 31
        }
        return start + String(alphabet[(31 - sum % 31) % 31])
    }

    /// A product that was approved: UNPUBLISHED_RATE, once for a product, 2,000,000 yuan each, 10,000,000 a year.
    static func product(
        _ subject: String?,
        code: String = Self.code(1),
        on day: String = "2026-05-20",
        id: String = "a"
    ) -> GrantdApplication {
        GrantdApplication.with {
            $0.applicationID = id
            $0.asOf = day
            if let subject { $0.subjectID = subject }
            $0.applicant.unifiedSocialCreditCode = code
            $0.applicant.registeredInBeijing = true
            $0.medicalDeviceProductApproval.isMedicalDevice = true
            $0.medicalDeviceProductApproval.undertookNationalProject = true
            $0.medicalDeviceProductApproval.approvedForMarket = true
        }
    }

    /// A platform: EXACT, 30 % of the investment, 50,000,000 yuan a platform.
    static func platform(
        _ subject: String?,
        investmentFen: Int64,
        code: String = Self.code(1),
        on day: String = "2026-05-20"
    ) -> GrantdApplication {
        GrantdApplication.with {
            $0.asOf = day
            if let subject { $0.subjectID = subject }
            $0.applicant.unifiedSocialCreditCode = code
            $0.applicant.registeredInBeijing = true
            $0.medicalDeviceCommonPlatform.forMedicalDeviceIndustry = true
            $0.medicalDeviceCommonPlatform.commonTechnologyPlatform = true
            $0.medicalDeviceCommonPlatform.engineeringInvestmentFen = investmentFen
        }
    }

    static func award(_ application: GrantdApplication, _ amount: Int64? = nil) -> GrantdAwardRequest {
        GrantdAwardRequest.with {
            $0.application = application
            if let amount { $0.amountFen = amount }
        }
    }
}
