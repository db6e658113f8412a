//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages

/// A round of awards: its name, and the terms that all of its entries are awarded on.
public struct GrantdAwardRun: Hashable, Sendable {
    /// Names the round in the book: 1 to 117 visible ASCII characters. The keys of its entries begin with it, so the same round
    /// again awards nothing twice.
    public var runID: String
    /// Eligible at all, or payable: the second asks further rules. The default is `application`.
    public var stage: GrantdStage.Value
    /// Take a bar whose ground is unset as absent, and list it as assumed. The default is `false`.
    public var assumeUnsetBarsAbsent: Bool
    /// How much of the reasoning comes back. The default is `none`.
    public var explain: GrantdExplain.Level
    /// How long what is awarded is held until it is settled, in seconds: 1 to 31,622,400 (366 days). The default, `nil`, awards
    /// at once.
    public var reserveSeconds: Int32?
    /// What if: nothing is written to the book; the daemon remembers the round for 10 minutes. The default is `false`.
    public var isDryRun: Bool
    /// The most entries of a call: 1 to 4,096, or to 256 with explanations. The default is 1,000, or 64 with explanations.
    public var batchSize: Int?

    /// Makes a round; the defaults are the contract's.
    public init(
        _ runID: String,
        stage: GrantdStage.Value = .application,
        assumeUnsetBarsAbsent: Bool = false,
        explain: GrantdExplain.Level = .none,
        reserveSeconds: Int32? = nil,
        isDryRun: Bool = false,
        batchSize: Int? = nil
    ) {
        self.runID = runID
        self.stage = stage
        self.assumeUnsetBarsAbsent = assumeUnsetBarsAbsent
        self.explain = explain
        self.reserveSeconds = reserveSeconds
        self.isDryRun = isDryRun
        self.batchSize = batchSize
    }

    /// The longest ``runID``: the number of an entry has room behind it in a key of 128 characters.
    package static let longestRunID = 117

    /// The key of an entry that brings none: `RUN:NUMBER`.
    package func key(ofEntry number: Int) -> String { "\(self.runID):\(number)" }

    /// The request's fields beside its entries.
    var terms: GrantdAwardBatchRequest {
        var request = GrantdAwardBatchRequest()
        if self.stage != .application { request.stage = self.stage }
        if self.assumeUnsetBarsAbsent { request.assumeUnsetBarsAbsent = true }
        if self.explain != .none { request.explain = self.explain }
        if let seconds = self.reserveSeconds { (request.hold, request.reserveSeconds) = (.reserve, seconds) }
        request.runID = self.runID
        if self.isDryRun { request.dryRun = true }
        return request
    }
}

/// What came of one entry of a round.
public struct GrantdAwardResult: Sendable {
    /// The entry's place among those that were given, from 0. Results come in the order of awarding.
    public let index: Int
    /// The key that it was awarded with.
    public let idempotencyKey: String
    /// The assessment with the award, or what is wrong with this entry: the others are not touched by it.
    public let result: Result<GrantdAwardResponse, GrantdClientError>
}
