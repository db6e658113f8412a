//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdMessages
internal import GrantdSchema
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// What comes of columns is what comes of a batch, row for row.
struct ColumnsTests {
    private let policies: PolicySet
    private let engine: Engine
    private let reply = ByteWriter(limit: 16 << 20)

    init() throws {
        self.policies = try PolicySet.builtIn()
        self.engine = Engine(policies: self.policies)
    }

    // MARK: - Calls

    private func answer(_ request: [UInt8], maximum: Int = 64) throws(CallError) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(request.count, 1), alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: request)
        self.reply.reset()
        let job = try self.engine.beginColumns(UnsafeRawBufferPointer(rebasing: memory[..<request.count]))
        while try !job.step(maximum: maximum, with: nil, into: self.reply) {}
        return [UInt8](self.reply.bytes)
    }

    private func answer(_ request: GrantdEvaluateColumnsRequest, maximum: Int = 64) throws -> ColumnReply {
        let bytes: [UInt8] = try request.serializedBytes()
        return try ColumnReply(self.answer(bytes, maximum: maximum))
    }

    private func refusal(_ request: GrantdEvaluateColumnsRequest) -> CallError? {
        do throws(CallError) {
            guard let bytes: [UInt8] = try? request.serializedBytes() else { return nil }
            _ = try self.answer(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func batch(
        _ rows: [TableRow],
        _ shape: TableShape,
        _ options: GrantdEvaluateColumnsRequest
    ) throws -> [GrantdEvaluateBatchResult] {
        var results: [GrantdEvaluateBatchResult] = []
        let most = options.explain == .full ? 256 : 4096
        for first in stride(from: 0, to: rows.count, by: most) {
            var request = MessageBytes()
            for row in rows[first..<min(first + most, rows.count)] {
                request.add(row.application(shape), field: 1)
            }
            if options.hasStage { request.add(varint: UInt64(options.stage.rawValue), field: 2) }
            if options.assumeUnsetBarsAbsent { request.add(varint: 1, field: 3) }
            if options.explain == .full { request.add(varint: 1, field: 4) }
            self.reply.reset()
            try request.bytes.withUnsafeBytes { bytes in
                let job = try self.engine.beginBatch(bytes)
                while try !job.step(maximum: 64, into: self.reply) {}
            }
            results += try GrantdEvaluateBatchResponse(serializedBytes: [UInt8](self.reply.bytes)).results
        }
        return results
    }

    /// Both ways for the same rows.
    private func compare(
        _ rows: [TableRow],
        _ shape: TableShape,
        _ maker: inout ColumnMaker,
        _ set: (inout GrantdEvaluateColumnsRequest) -> Void = { _ in }
    ) throws {
        var request = maker.request(rows)
        set(&request)
        let columns = try self.answer(request, maximum: 100)
        let results = try self.batch(rows, shape, request)
        #expect(Int(columns.response.rows) == rows.count)
        for (row, result) in results.enumerated() {
            let differences = columns.differences(row, result)
            #expect(differences.isEmpty, "\(shape.measure), row \(row): \(rows[row].cells)")
            if !differences.isEmpty { return }
        }
    }

    // MARK: - The same as a batch

    /// Cases that are asked alike, of one measure.
    private struct CaseGroup {
        let shape: TableShape
        let stage: String?
        let assumes: Bool
        var rows: [TableRow] = []
    }

    @Test("every worked case comes to the same as in a batch")
    func workedCases() throws {
        let directory = try #require(Bundle.module.path(forResource: "Cases", ofType: nil))
        let files = try CaseFile.builtIn() + CaseFile.paths(at: directory).map { try CaseFile(path: $0) }
        let texts = files.flatMap(\.evaluations)
        let options: Set<String> = ["application", "stage", "assume_unset_bars_absent"]
        var groups: [String: CaseGroup] = [:]
        var unsaid: [TableRow.Unsaid: Int] = [:]
        for text in texts {
            let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let request = try #require(json as? [String: Any])
            let application = try #require(request["application"] as? [String: Any])
            // An option that is new is to be compared, too.
            for name in request.keys { #expect(options.contains(name), "\(text)") }
            do {
                guard let entry = self.policies.entries.first(where: { application[$0.factsField] != nil })
                else { throw TableRow.Unsaid.noFacts }
                let shape = try TableShape(entry, self.policies)
                let row = try TableRow(application, shape)
                let stage = request["stage"] as? String
                let assumes = request["assume_unset_bars_absent"] as? Bool ?? false
                let key = "\(entry.id) \(stage ?? "") \(assumes)"
                groups[key, default: CaseGroup(shape: shape, stage: stage, assumes: assumes)].rows.append(row)
            } catch let reason as TableRow.Unsaid {
                unsaid[reason, default: 0] += 1
            }
        }
        var count = 0
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            var maker = ColumnMaker(group.shape)
            // In three layouts each, in the last with their reasons.
            for layout in 0..<3 {
                try self.compare(group.rows, group.shape, &maker) { request in
                    switch group.stage {
                    case "DISBURSEMENT"?: request.stage = .disbursement
                    case "PUBLICITY"?: request.stage = .publicity
                    default: break
                    }
                    request.assumeUnsetBarsAbsent = group.assumes
                    if layout == 2 { request.explain = .full }
                }
            }
            count += group.rows.count
        }
        // An application without facts is for no measure; columns are always for one.
        let skipped: [TableRow.Unsaid: Int] = [.noFacts: 2]
        #expect(unsaid == skipped)
        #expect(count == texts.count - 2)
        #expect(count >= 4_673)
        #expect(groups.count > 180)
    }

    /// More of them where `GRANTD_COLUMN_ROWS` says so: a million takes some minutes. `scripts/check-columns.sh` asks a
    /// daemon about as many, with and without reasons.
    @Test("random rows of every measure come to the same as in a batch")
    func randomRows() throws {
        let wanted = ProcessInfo.processInfo.environment["GRANTD_COLUMN_ROWS"].flatMap { Int($0) } ?? 30_000
        var generator = RandomWords(state: 0x2026_0520)
        let rowsOfMeasure = wanted / self.policies.entries.count + 1
        var count = 0
        for entry in self.policies.entries {
            let shape = try TableShape(entry, self.policies)
            let measures = self.policies.measures[entry.versions]
            var maker = ColumnMaker(shape)
            for first in stride(from: 0, to: rowsOfMeasure, by: 2_000) {
                let rows = (0..<min(2_000, rowsOfMeasure - first)).map { _ in
                    Self.row(shape, measures, &generator)
                }
                let stage = Int.random(in: 0..<3, using: &generator)
                let assumes = Bool.random(using: &generator)
                try self.compare(rows, shape, &maker) { request in
                    switch stage {
                    case 1: request.stage = .publicity
                    case 2: request.stage = .disbursement
                    default: break
                    }
                    request.assumeUnsetBarsAbsent = assumes
                }
                count += rows.count
            }
        }
        #expect(count >= wanted)
    }

    @Test("explained rows come to the same as in a batch")
    func explained() throws {
        var generator = RandomWords(state: 0x1234_5678)
        for entry in self.policies.entries {
            let shape = try TableShape(entry, self.policies)
            let rows = (0..<40).map { _ in Self.row(shape, self.policies.measures[entry.versions], &generator) }
            var maker = ColumnMaker(shape)
            try self.compare(rows, shape, &maker) { $0.explain = .full }
        }
    }

    /// A row that fits more often than not.
    private static func row(
        _ shape: TableShape,
        _ measures: ArraySlice<Measure>,
        _ generator: inout RandomWords
    ) -> TableRow {
        var row = TableRow()
        for path in shape.paths {
            guard let slot = shape.slot(path), Int.random(in: 0..<10, using: &generator) < 8 else { continue }
            row.cells[path] = Self.cell(path, slot, measures, &generator)
        }
        if row.cells["prior_awards_unknown"] != nil { row.cells["prior_awards_unknown"] = .bool(false) }
        if row.cells["as_of"] == nil, Int.random(in: 0..<10, using: &generator) < 9 {
            row.cells["as_of"] = .text("2026-05-20")
        }
        return row
    }

    private static func cell(
        _ path: String,
        _ slot: FieldSlot,
        _ measures: ArraySlice<Measure>,
        _ generator: inout RandomWords
    ) -> TableRow.Cell? {
        if slot.label == .repeated {
            let count = Int.random(in: 0...3, using: &generator)
            guard case .message(let type) = slot.kind else {
                let numbers = (0..<count).compactMap { _ -> Int64? in
                    guard case .number(let number)? = Self.scalar(path, slot, &generator) else { return nil }
                    return number
                }
                return .numbers(numbers)
            }
            return .entries(
                (0..<count).map { _ in
                    var entry: [String: TableRow.Cell] = [:]
                    for field in type.fields where Int.random(in: 0..<10, using: &generator) < 9 {
                        entry[field.name] = Self.scalar(field.name, field, &generator)
                    }
                    // Of this measure, so that it counts.
                    if path == "prior_awards", entry["measure"] != nil, let id = measures.first?.id {
                        entry["measure"] = .text(id)
                    }
                    if path == "prior_awards" { entry["award_id"] = nil }
                    return entry
                }
            )
        }
        return Self.scalar(path, slot, &generator)
    }

    private static func scalar(_ path: String, _ slot: FieldSlot, _ generator: inout RandomWords) -> TableRow.Cell? {
        let isOdd = Int.random(in: 0..<60, using: &generator) == 0
        switch slot.kind {
        case .bool: return .bool(Int.random(in: 0..<10, using: &generator) < 7)
        case .int32: return .number(isOdd ? -1 : Int64.random(in: 0...400, using: &generator))
        case .int64:
            return .number(
                isOdd
                    ? [-1, Int64.max].randomElement(using: &generator) ?? 0
                    : Int64.random(in: 0...30_000_000_000, using: &generator)
            )
        case .enumeration(let description):
            if isOdd { return .number(99) }
            return description.values.randomElement(using: &generator).map { .number(Int64($0.number)) }
        default:
            if path.hasSuffix("unified_social_credit_code") {
                return .text(isOdd ? "91110108MA01CX7K1X" : "91110108MA01CX7K1R")
            }
            if slot.name == "as_of" || slot.name.hasSuffix("_on") {
                if isOdd { return .text(["2026-02-30", "20260520", ""].randomElement(using: &generator) ?? "") }
                return ["2024-02-29", "2025-12-31", "2026-05-20", "2026-06-30", "2019-01-01"]
                    .randomElement(using: &generator).map { .text($0) }
            }
            if isOdd { return .text(["a\u{0}b", " a", "零\u{200B}"].randomElement(using: &generator) ?? "") }
            return ["P-1", "P-2", "京-2026-第〇〇一号", ""].randomElement(using: &generator).map { .text($0) }
        }
    }

    // MARK: - Steps, versions, defaults

    private func platform(_ rows: Int) -> GrantdEvaluateColumnsRequest {
        .with {
            $0.measure = "medical-device.common-platform"
            $0.asOf = "2026-05-20"
            $0.rows = Int32(rows)
            $0.columns = [
                .with {
                    $0.path = "medical_device_common_platform.engineering_investment_fen"
                    $0.type = .int64
                    $0.data = ColumnMaker.data((0..<rows).map { Int64($0) * 1_000 })
                }
            ]
        }
    }

    @Test("steps of any size make the same bytes", arguments: [1, 3, 64, 100_000])
    func steps(_ maximum: Int) throws {
        let request: [UInt8] = try self.platform(1_000).serializedBytes()
        #expect(try self.answer(request, maximum: maximum) == self.answer(request, maximum: 77))
    }

    @Test("no rows at all, and no columns")
    func nothing() throws {
        #expect(try self.answer(self.platform(0)).response.rows == 0)
        var request = self.platform(3)
        request.columns = []
        let reply = try self.answer(request)
        #expect(reply.list("missing", 2)?.contains("applicant.registered_in_beijing") == true)
        #expect(reply.response.policy.inForceFrom == "2025-11-24")
        #expect(!reply.paths.contains("error.code"))
    }

    @Test("all rows have one budget: those before it is used up are answered, those behind are 2004")
    func budget() throws {
        var limits = EngineLimits.defaults
        limits.callSteps = 100
        let engine = Engine(policies: self.policies, limits: limits)
        let request: [UInt8] = try GrantdEvaluateColumnsRequest.with {
            $0.measure = "patent-conversion.institution"
            $0.asOf = "2026-05-20"
            $0.rows = 3
            $0.columns = [
                .with {
                    $0.path = "patent_conversion_institution.deals"
                    $0.type = .list
                    $0.offsets = ColumnMaker.data([Int32(0), 100, 200, 300])
                    $0.entries = [
                        .with {
                            $0.path = "contract_amount_fen"
                            $0.type = .int64
                            $0.data = ColumnMaker.data([Int64](repeating: 5, count: 300))
                        }
                    ]
                }
            ]
        }.serializedBytes()
        self.reply.reset()
        try request.withUnsafeBytes { bytes in
            let job = try engine.beginColumns(bytes)
            while try !job.step(maximum: 64, with: nil, into: self.reply) {}
        }
        let reply = try ColumnReply([UInt8](self.reply.bytes))
        #expect(reply.number("outcome", 0) != nil)
        #expect((0..<3).map { reply.number("error.code", $0) } == [nil, 2004, 2004])
        #expect(reply.text("error.message", 2)?.contains("the 100 steps that a call may take") == true)
    }

    @Test("the day of the call holds for rows without one; rows under several versions tell their first day")
    func days() throws {
        var request = self.platform(3)
        request.columns.append(
            .with {
                $0.path = "as_of"
                $0.type = .date32
                $0.validity = ColumnMaker.bitmap([true, false, true])
                $0.data = ColumnMaker.data([Int32(20_000), 0, Int32.max])
            }
        )
        let reply = try self.answer(request)
        #expect(reply.number("outcome", 0) == 5)
        #expect(reply.number("outcome", 1) == 3)
        #expect(reply.number("outcome", 2) == nil)
        #expect(reply.text("error.field", 2) == "as_of")
    }

    // MARK: - Columns that do not fit

    private static let fen = "medical_device_common_platform.engineering_investment_fen"

    private func refused(
        _ field: String,
        _ words: String,
        _ change: (inout GrantdEvaluateColumnsRequest) -> Void,
        line: Int = #line
    ) {
        var request = self.platform(10)
        change(&request)
        let error = self.refusal(request)
        #expect(error?.code == 1003, "line \(line)")
        #expect(error?.field == field, "line \(line): \(error?.message ?? "")")
        #expect(error?.message.contains(words) == true, "line \(line): \(error?.message ?? "")")
    }

    @Test("what is wrong with the call names its place")
    func call() {
        self.refused("measure", "must be set") { $0.clearMeasure() }
        self.refused("measure", "did you mean medical-device.common-platform?") {
            $0.measure = "medical-device.comon-platform"
        }
        self.refused("as_of", "no such day") { $0.asOf = "2026-02-30" }
        self.refused("rows", "must be set") { $0.clearRows() }
        self.refused("rows", "this one has -1") { $0.rows = -1 }
        self.refused("rows", "0 to 65536 rows") { $0.rows = 65_537 }
        self.refused("rows", "4096 with explanations") {
            $0.rows = 4_097
            $0.explain = .full
        }
        self.refused("columns[0].path", "did you mean medical_device_common_platform.engineering") {
            $0.columns[0].path = "medical_device_common_platform.enginering_investment_fen"
        }
        self.refused("columns[0].path", "did you mean medical_device_common_platform.engineering_investment_fen?") {
            $0.columns[0].path = "engineering_investment_fen"
        }
        self.refused("columns[0].path", "did you mean applicant.kind?") { $0.columns[0].path = "applicant.kin" }
        self.refused("columns[0].path", "did you mean subject_id?") { $0.columns[0].path = "subjectid" }
        self.refused("columns[0].path", "another measure") {
            $0.columns[0].path = "digital_space_launch_event.in_pilot_zone"
        }
        self.refused("columns[0].path", "no field") { $0.columns[0].clearPath() }
        self.refused("columns[1].path", "the same field as columns[0]") { $0.columns.append($0.columns[0]) }
    }

    @Test("what is wrong with a column's type names the type that is wanted")
    func types() {
        self.refused("columns[0].type", "must be set") { $0.columns[0].clearType() }
        self.refused("columns[0].type", "takes INT64 or INT32, and the column is DATE32") {
            $0.columns[0].type = .date32
        }
        self.refused("columns[0].type", "takes BOOL") {
            $0.columns[0].path = "applicant.registered_in_beijing"
        }
        self.refused("columns[0].type", "takes LIST") { $0.columns[0].path = "prior_awards" }
        self.refused("columns[0].type", "takes UTF8 or DICTIONARY, and the column is DATE32") {
            $0.columns[0].path = "subject_id"
            $0.columns[0].type = .date32
        }
        self.refused("columns[0].entries", "only a LIST") { $0.columns[0].entries.append(GrantdEntryColumn()) }
    }

    @Test("buffers that are too short, or lead out of themselves, are refused")
    func buffers() {
        self.refused("columns[0].data", "10 rows want 80 bytes; there are 79") { $0.columns[0].data.removeLast() }
        self.refused("columns[0].validity", "10 rows want 2 bytes; there are 1") { $0.columns[0].validity = Data([1]) }
        let text = { (column: inout GrantdColumn, offsets: [Int32], size: Int) in
            column.path = "subject_id"
            column.type = .utf8
            column.offsets = ColumnMaker.data(offsets)
            column.data = Data(repeating: 65, count: size)
        }
        self.refused("columns[0].offsets", "10 values want 11 offsets") { text(&$0.columns[0], [0, 1], 1) }
        let ascending = (0...10).map { Int32($0) }
        self.refused("columns[0].offsets", "must ascend") {
            text(&$0.columns[0], [0, 5, 4] + ascending.dropFirst(3).map { $0 + 5 }, 20)
        }
        self.refused("columns[0].offsets", "0 or more") {
            text(&$0.columns[0], [-1] + ascending.dropFirst(), 20)
        }
        self.refused("columns[0].offsets", "the last offset is 10, and there are 9 bytes") {
            text(&$0.columns[0], ascending, 9)
        }
        let dictionary = { (column: inout GrantdColumn, indices: [Int32]) in
            column.path = "subject_id"
            column.type = .dictionary
            column.data = ColumnMaker.data(indices)
            column.dictionary = .with {
                $0.offsets = ColumnMaker.data([Int32(0), 1])
                $0.data = Data([65])
            }
        }
        let zeros = [Int32](repeating: 0, count: 9)
        self.refused("columns[0].data", "row 9 names text 1 of a dictionary of 1") {
            dictionary(&$0.columns[0], zeros + [1])
        }
        self.refused("columns[0].data", "names text -1") { dictionary(&$0.columns[0], zeros + [-1]) }
        self.refused("columns[0].dictionary", "must be set") {
            dictionary(&$0.columns[0], zeros + [0])
            $0.columns[0].clearDictionary()
        }
        self.refused("columns[0].dictionary.offsets", "there are 0 bytes") {
            dictionary(&$0.columns[0], zeros + [0])
            $0.columns[0].dictionary.data = Data()
        }
    }

    @Test("lists without entries, with too many, or of fields that there are not, are refused")
    func lists() {
        let list = { (column: inout GrantdColumn, offsets: [Int32], entry: GrantdEntryColumn?) in
            column.path = "prior_awards"
            column.type = .list
            column.data = Data()
            column.offsets = ColumnMaker.data(offsets)
            column.entries = [entry].compactMap { $0 }
        }
        let sums = GrantdEntryColumn.with {
            $0.path = "amount_fen"
            $0.type = .int64
            $0.data = Data(repeating: 0, count: 80)
        }
        let ascending = (0...10).map { Int32($0) }
        self.refused("columns[0].entries", "at least one") { list(&$0.columns[0], ascending, nil) }
        self.refused("columns[0].entries[0].data", "11 rows want 88 bytes") {
            list(&$0.columns[0], ascending.dropLast() + [11], sums)
        }
        self.refused("columns[0].entries[0].path", "did you mean amount_fen?") {
            list(&$0.columns[0], ascending, sums)
            $0.columns[0].entries[0].path = "amount_fn"
        }
        self.refused("columns[0].entries[1].path", "the same field") {
            list(&$0.columns[0], ascending, sums)
            $0.columns[0].entries.append(sums)
        }
        self.refused("columns[0].offsets", "1048576 entries together") {
            list(&$0.columns[0], ascending.dropLast() + [1_048_577], sums)
        }
    }

    @Test("a long text that many rows or entries name is refused before it is looked at for each of them")
    func longTextOfManyRows() throws {
        var limits = EngineLimits.defaults
        limits.columnTextBytes = 1_000
        let engine = Engine(policies: self.policies, limits: limits)
        let refusal = { (request: GrantdEvaluateColumnsRequest) throws -> CallError? in
            let bytes: [UInt8] = try request.serializedBytes()
            return bytes.withUnsafeBytes { bytes in
                do throws(CallError) {
                    _ = try engine.beginColumns(bytes)
                    return nil
                } catch {
                    return error
                }
            }
        }
        let text = { (size: Int) in
            GrantdTextValues.with {
                $0.offsets = ColumnMaker.data([Int32(0), Int32(size)])
                $0.data = Data(repeating: 65, count: size)
            }
        }
        var request = self.platform(10)
        request.columns[0].path = "subject_id"
        request.columns[0].type = .dictionary
        request.columns[0].data = ColumnMaker.data([Int32](repeating: 0, count: 10))
        request.columns[0].dictionary = text(100)
        #expect(try refusal(request) == nil)
        request.columns[0].dictionary = text(101)
        let refused = try #require(try refusal(request))
        #expect(refused.code == 2004)
        #expect(refused.field == "columns[0].dictionary")
        #expect(refused.message.contains("no more than 1000 bytes together"))
        // Rows without a value name none.
        request.columns[0].validity = Data([0xFF, 0x01])
        #expect(try refusal(request) == nil)
        // All columns count together, and so do the entries of lists.
        request.columns[0].path = "prior_awards"
        request.columns[0].type = .list
        request.columns[0].offsets = ColumnMaker.data((0...10).map { Int32($0) })
        let entry = { (path: String) in
            GrantdEntryColumn.with {
                $0.path = path
                $0.type = .dictionary
                $0.data = ColumnMaker.data([Int32](repeating: 0, count: 10))
                $0.dictionary = text(60)
            }
        }
        request.columns[0].entries = [entry("subject_id")]
        #expect(try refusal(request) == nil)
        request.columns[0].entries.append(entry("measure"))
        #expect(try refusal(request)?.field == "columns[0].entries[1].dictionary")
    }

    @Test("rows that do not fit carry an error of their own and spoil nothing")
    func rows() throws {
        var request = self.platform(4)
        request.columns += [
            .with {
                $0.path = "applicant.kind"
                $0.type = .utf8
                ($0.offsets, $0.data) = ColumnMaker.utf8(["ENTERPRISE", "CHURCH", "1", "NONE"])
            },
            .with {
                $0.path = "subject_id"
                $0.type = .utf8
                $0.offsets = ColumnMaker.data([Int32(0), 1, 2, 3, 4])
                $0.data = Data([65, 65, 65, 0xFF])
            },
        ]
        let reply = try self.answer(request)
        #expect(reply.number("outcome", 0) == 3)
        #expect(
            (0..<4).map { reply.text("error.field", $0) } == [nil, "applicant.kind", "applicant.kind", "subject_id"]
        )
        #expect(reply.text("error.message", 1)?.contains("ENTERPRISE (1)") == true)
        #expect(reply.text("error.message", 3) == "must be valid UTF-8")
        #expect(reply.list("failed", 1) == nil)
        // The same as a text of a dictionary.
        request.columns[2].type = .dictionary
        request.columns[2].clearOffsets()
        request.columns[2].data = ColumnMaker.data([Int32(1), 0, 0, 2])
        request.columns[2].dictionary = .with {
            $0.offsets = ColumnMaker.data([Int32(0), 1, 2, 3, 4])
            $0.data = Data([65, 66, 0xFF, 0])
        }
        let again = try self.answer(request)
        #expect((0..<4).map { again.text("error.field", $0) } == (0..<4).map { reply.text("error.field", $0) })
        #expect(again.text("error.message", 3) == "must be valid UTF-8")
    }

    // MARK: - What a hostile peer can send

    @Test("bytes that are changed at will are answered or refused, and read nothing that is not theirs")
    func hostile() throws {
        var generator = RandomWords(state: 0xDEAD_BEEF)
        var answered = 0
        for entry in self.policies.entries where entry.versions.count > 0 {
            let shape = try TableShape(entry, self.policies)
            var maker = ColumnMaker(shape)
            let rows = (0..<9).map { _ in Self.row(shape, self.policies.measures[entry.versions], &generator) }
            let bytes: [UInt8] = try maker.request(rows).serializedBytes()
            for _ in 0..<40 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: changed.indices, using: &generator)
                    switch Int.random(in: 0..<5, using: &generator) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &generator)
                    case 1: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    case 2: changed[place] = 0xFF
                    case 3: changed.remove(at: place)
                    default: changed.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                    }
                    if changed.isEmpty { changed = bytes }
                }
                do throws(CallError) {
                    _ = try self.answer(changed)
                    answered += 1
                } catch {
                    #expect(error.code == 1003 || error.code == 2004)
                }
            }
        }
        #expect(answered > 100)
    }

    @Test("a reply over its limit ends the call")
    func largeReply() throws {
        let request: [UInt8] = try self.platform(1_000).serializedBytes()
        let small = ByteWriter(limit: 1_000)
        #expect(throws: CallError.self) {
            try request.withUnsafeBytes { bytes in
                let job = try self.engine.beginColumns(bytes)
                while try !job.step(maximum: 64, with: nil, into: small) {}
            }
        }
    }
}
