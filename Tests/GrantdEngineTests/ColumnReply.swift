//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdMessages
internal import SwiftProtobuf
internal import Testing

/// Reads the columns of a reply, row by row.
struct ColumnReply {
    let response: GrantdEvaluateColumnsResponse
    private let columns: [String: GrantdColumn]

    init(_ bytes: [UInt8]) throws {
        self.response = try GrantdEvaluateColumnsResponse(serializedBytes: bytes)
        self.columns = Dictionary(
            self.response.columns.map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in
                Issue.record("two columns \(first.path)")
                return first
            }
        )
    }

    var paths: [String] { self.response.columns.map(\.path) }

    private static func isSet(_ validity: Data, _ row: Int) -> Bool {
        validity.isEmpty || validity[validity.startIndex + row / 8] & (1 << (row % 8)) != 0
    }

    private static func int32(_ data: Data, _ place: Int) -> Int {
        data.withUnsafeBytes { Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: place * 4, as: Int32.self))) }
    }

    private static func text(_ offsets: Data, _ data: Data, _ place: Int) -> String {
        let start = data.startIndex
        return String(
            decoding: data[(start + self.int32(offsets, place))..<(start + self.int32(offsets, place + 1))],
            as: UTF8.self
        )
    }

    /// The value of a row: an Int64, a Bool, a String, or a list of lists of strings; `nil` where it is null.
    func value(_ path: String, _ row: Int) -> AnyHashable? {
        guard let column = self.columns[path], Self.isSet(column.validity, row) else { return nil }
        switch column.type {
        case .bool: return column.data[column.data.startIndex + row / 8] & (1 << (row % 8)) != 0
        case .int32, .date32: return Int64(Self.int32(column.data, row))
        case .int64:
            return column.data.withUnsafeBytes {
                Int64(littleEndian: $0.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))
            }
        case .utf8: return Self.text(column.offsets, column.data, row)
        case .dictionary:
            return Self.text(column.dictionary.offsets, column.dictionary.data, Self.int32(column.data, row))
        case .list:
            let range = Self.int32(column.offsets, row)..<Self.int32(column.offsets, row + 1)
            return range.map { place in
                column.entries.map { entry in
                    entry.type == .utf8
                        ? Self.text(entry.offsets, entry.data, place)
                        : Self.text(entry.dictionary.offsets, entry.dictionary.data, Self.int32(entry.data, place))
                }
            }
        }
    }

    func number(_ path: String, _ row: Int) -> Int64? { self.value(path, row) as? Int64 }
    func text(_ path: String, _ row: Int) -> String? { self.value(path, row) as? String }
    func list(_ path: String, _ row: Int) -> [String]? { (self.value(path, row) as? [[String]])?.map { $0[0] } }

    /// Where a row is not what a batch says of the same application.
    func differences(_ row: Int, _ result: GrantdEvaluateBatchResult) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ path: String, _ here: Value?, _ there: Value?) {
            if here != there { found.append("\(path): \(String(describing: here)), not \(String(describing: there))") }
        }
        let isError = result.error.code != 0
        let error = result.error
        compare("error.code", self.number("error.code", row), isError ? Int64(error.code) : nil)
        compare("error.status", self.text("error.status", row), isError ? error.status : nil)
        compare("error.message", self.text("error.message", row), isError ? error.message : nil)
        compare("error.field", self.text("error.field", row), isError ? error.field : nil)
        let there = result.assessment
        compare("outcome", self.number("outcome", row), isError ? nil : Int64(there.outcome.rawValue))
        compare("amount_fen", self.number("amount_fen", row), there.hasAmountFen ? there.amountFen : nil)
        compare(
            "potential_amount_fen",
            self.number("potential_amount_fen", row),
            there.hasPotentialAmountFen ? there.potentialAmountFen : nil
        )
        compare("basis", self.number("basis", row), isError ? nil : Int64(there.basis.rawValue))
        compare("binding_cap", self.text("binding_cap", row), there.hasBindingCap ? there.bindingCap : nil)
        let failed = there.findings.filter { $0.verdict == .fail }
        compare("failed", self.list("failed", row), isError ? nil : failed.map(\.rule))
        for finding in failed {
            let told = self.response.failedRules.filter { $0.rule == finding.rule }
            if !told.contains(where: { $0.clause == finding.clause && $0.kind == finding.kind }) {
                found.append("failed_rules: \(finding)")
            }
        }
        compare("missing", self.list("missing", row), isError ? nil : there.missing.map(\.path))
        compare(
            "missing_omitted",
            self.number("missing_omitted", row),
            there.hasMissingOmitted ? Int64(there.missingOmitted) : nil
        )
        let lines = Dictionary(uniqueKeysWithValues: there.lines.map { ("lines." + $0.id, Self.value($0)) })
        for path in Set(self.paths.filter { $0.hasPrefix("lines.") } + lines.keys) {
            compare(path, self.value(path, row), lines[path] ?? nil)
        }
        let steps = there.explanation.map { [$0.rule, $0.clause, $0.text.zh, $0.text.en] }
        compare("explanation", self.value("explanation", row) as? [[String]] ?? [], steps)
        if !isError {
            let policy = self.response.policy
            compare("policy.digest", policy.digest, there.policy.digest)
            compare("policy.programme", policy.programme, there.policy.programme)
            let firstDay = policy.hasInForceFrom ? policy.inForceFrom : Self.day(self.number("in_force_from", row))
            compare("in_force_from", firstDay, there.policy.inForceFrom)
        }
        return found
    }

    private static func value(_ line: GrantdLine) -> AnyHashable? {
        switch line.value {
        case .amountFen(let fen): fen
        case .quantity(let quantity): quantity.value
        case .date(let text): text.count == 10 ? self.days(text) : text
        case .name(let name): name
        case .flag(let flag): flag
        case .names(let names): names.values.map { [$0] }
        case nil: nil
        }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private static func days(_ text: String) -> Int64? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let date = self.calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
        return date.map { Int64(($0.timeIntervalSince1970 / 86_400).rounded()) }
    }

    private static func day(_ days: Int64?) -> String? {
        guard let days else { return nil }
        let date = Date(timeIntervalSince1970: Double(days) * 86_400)
        let parts = self.calendar.dateComponents([.year, .month, .day], from: date)
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }
}
