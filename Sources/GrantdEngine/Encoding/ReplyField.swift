//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The field numbers of the answers' messages. They are constants so that tags are bytes known to the compiler; a test
/// holds them against the contract's descriptors.
enum ReplyField {
    enum Text {
        static let zh: UInt32 = 1
        static let en: UInt32 = 2
    }
    enum Assessment {
        static let applicationID: UInt32 = 1
        static let measure: UInt32 = 2
        static let asOf: UInt32 = 3
        static let outcome: UInt32 = 4
        static let amountFen: UInt32 = 5
        static let potentialAmountFen: UInt32 = 6
        static let basis: UInt32 = 7
        static let bindingCap: UInt32 = 8
        static let findings: UInt32 = 9
        static let missing: UInt32 = 10
        static let lines: UInt32 = 11
        static let caps: UInt32 = 12
        static let policy: UInt32 = 13
        static let explanation: UInt32 = 14
        static let missingOmitted: UInt32 = 15
        static let ledgerAwards: UInt32 = 16
        static let ledgerAwardsOmitted: UInt32 = 17
    }
    enum Finding {
        static let rule: UInt32 = 1
        static let kind: UInt32 = 2
        static let verdict: UInt32 = 3
        static let clause: UInt32 = 4
    }
    enum MissingFact {
        static let path: UInt32 = 1
        static let question: UInt32 = 2
    }
    enum Line {
        static let id: UInt32 = 1
        static let amountFen: UInt32 = 2
        static let quantity: UInt32 = 3
        static let date: UInt32 = 4
        static let name: UInt32 = 5
        static let flag: UInt32 = 6
        static let names: UInt32 = 7
        static let basis: UInt32 = 8
        static let label: UInt32 = 9
    }
    enum Quantity {
        static let value: UInt32 = 1
        static let unit: UInt32 = 2
    }
    enum Names {
        static let values: UInt32 = 1
    }
    enum CapUse {
        static let id: UInt32 = 1
        static let limitFen: UInt32 = 2
        static let usedFen: UInt32 = 3
        static let remainingFen: UInt32 = 4
        static let binding: UInt32 = 5
    }
    enum PolicyReference {
        static let programme: UInt32 = 1
        static let documentNumber: UInt32 = 2
        static let digest: UInt32 = 3
        static let inForceFrom: UInt32 = 4
        static let inForceUntil: UInt32 = 5
        static let engineVersion: UInt32 = 6
    }
    enum Explanation {
        static let rule: UInt32 = 1
        static let clause: UInt32 = 2
        static let text: UInt32 = 3
    }
    enum Error {
        static let code: UInt32 = 1
        static let status: UInt32 = 2
        static let message: UInt32 = 3
        static let field: UInt32 = 4
    }
    enum BatchResponse {
        static let results: UInt32 = 1
    }
    enum BatchResult {
        static let assessment: UInt32 = 1
        static let error: UInt32 = 2
    }
    enum ColumnsResponse {
        static let rows: UInt32 = 1
        static let columns: UInt32 = 2
        static let policy: UInt32 = 3
        static let failedRules: UInt32 = 4
    }
    /// Those of `EntryColumn` are the same.
    enum Column {
        static let path: UInt32 = 1
        static let type: UInt32 = 2
        static let validity: UInt32 = 3
        static let data: UInt32 = 4
        static let offsets: UInt32 = 5
        static let dictionary: UInt32 = 6
        static let entries: UInt32 = 7
    }
    enum TextValues {
        static let offsets: UInt32 = 1
        static let data: UInt32 = 2
    }
    enum FailedRule {
        static let rule: UInt32 = 1
        static let kind: UInt32 = 2
        static let clause: UInt32 = 3
        static let label: UInt32 = 4
    }
    enum ScreenResponse {
        static let assessments: UInt32 = 1
        static let programmes: UInt32 = 2
    }
    enum ScreenedProgramme {
        static let programme: UInt32 = 1
        static let title: UInt32 = 2
        static let measures: UInt32 = 3
    }
    enum ListMeasuresResponse {
        static let measures: UInt32 = 1
    }
    enum MeasureSummary {
        static let measure: UInt32 = 1
        static let title: UInt32 = 2
        static let clause: UInt32 = 3
        static let basis: UInt32 = 4
        static let policy: UInt32 = 5
        static let largestAmountFen: UInt32 = 6
    }
    enum MeasureDescription {
        static let measure: UInt32 = 1
        static let title: UInt32 = 2
        static let clause: UInt32 = 3
        static let basis: UInt32 = 4
        static let facts: UInt32 = 5
        static let rules: UInt32 = 6
        static let caps: UInt32 = 7
        static let policy: UInt32 = 8
        static let award: UInt32 = 9
        static let awardSummary: UInt32 = 10
        static let priorAwards: UInt32 = 11
        static let lines: UInt32 = 12
    }
    enum LineDescription {
        static let id: UInt32 = 1
        static let label: UInt32 = 2
        static let unit: UInt32 = 3
        static let values: UInt32 = 4
    }
    enum FactDescription {
        static let path: UInt32 = 1
        static let type: UInt32 = 2
        static let unit: UInt32 = 3
        static let label: UInt32 = 4
        static let question: UInt32 = 5
        static let values: UInt32 = 6
        static let hint: UInt32 = 7
        static let number: UInt32 = 8
        static let minimum: UInt32 = 9
        static let maximum: UInt32 = 10
        static let most: UInt32 = 11
    }
    enum EnumValueDescription {
        static let name: UInt32 = 1
        static let number: UInt32 = 2
        static let label: UInt32 = 3
    }
    enum AwardRow {
        static let value: UInt32 = 1
        static let label: UInt32 = 2
        static let amountFen: UInt32 = 3
    }
    enum AwardStepDescription {
        static let kind: UInt32 = 1
        static let label: UInt32 = 2
        static let path: UInt32 = 3
        static let expression: UInt32 = 4
        static let numerator: UInt32 = 5
        static let denominator: UInt32 = 6
        static let amountFen: UInt32 = 7
        static let cap: UInt32 = 8
        static let rows: UInt32 = 9
    }
    enum RuleDescription {
        static let id: UInt32 = 1
        static let kind: UInt32 = 2
        static let expression: UInt32 = 3
        static let label: UInt32 = 4
        static let clause: UInt32 = 5
        static let stage: UInt32 = 6
    }
    enum CapDescription {
        static let id: UInt32 = 1
        static let limitFen: UInt32 = 2
        static let clause: UInt32 = 3
        static let label: UInt32 = 4
    }
    enum ClearAuctionResponse {
        static let auctionID: UInt32 = 1
        static let outcome: UInt32 = 2
        static let clearingPrice: UInt32 = 3
        static let allocatedKWh: UInt32 = 4
        static let unallocatedKWh: UInt32 = 5
        static let results: UInt32 = 6
        static let missing: UInt32 = 7
        static let field: UInt32 = 8
        static let policy: UInt32 = 9
    }
    enum AuctionResult {
        static let bidID: UInt32 = 1
        static let status: UInt32 = 2
        static let mechanismKWh: UInt32 = 3
        static let rule: UInt32 = 4
    }
    enum ListDocumentsResponse {
        static let documents: UInt32 = 1
    }
    enum Document {
        static let number: UInt32 = 1
        static let title: UInt32 = 2
        static let issuer: UInt32 = 3
        static let issuedOn: UInt32 = 4
        static let gazette: UInt32 = 5
        static let inForceFrom: UInt32 = 6
        static let inForceUntil: UInt32 = 7
        static let programme: UInt32 = 8
        static let reason: UInt32 = 9
        static let endedBy: UInt32 = 10
    }
    enum Schema {
        static let fileDescriptorSet: UInt32 = 1
        static let digest: UInt32 = 2
    }

    /// The tag of a number, for fields up to 15.
    @inline(__always)
    static func varintTag(_ field: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: field << 3) }

    /// The tag of bytes with a length, for fields up to 15.
    @inline(__always)
    static func lengthTag(_ field: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: field << 3 | 2) }
}
