//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// The rows of a request's columns, each laid out in turn as the struct of a decoded application.
///
/// Names, types and buffers are looked at once; what is wrong with them is the call's error. A row that does not fit has an error
/// of its own, in the words of a decoder.
final class ColumnRows {
    /// How many rows there are.
    let count: Int
    /// The struct of the application that was laid out last.
    let application: UnsafeRawPointer
    /// In the order in which a decoder would meet their fields.
    private let columns: UnsafeBufferPointer<BoundColumn>
    /// Those of them that are lists.
    private let lists: UnsafeBufferPointer<BoundColumn>
    /// What the fields of ``columns``' structs lie in, one behind the other.
    private let structs: UnsafeMutableRawPointer
    private let named: [NamedColumn]
    /// By list column, the fields of its entries.
    private let entries: [Int: [NamedColumn]]
    /// What a row's texts and entries lie in.
    private let arena: Arena
    private let listEntries: Int
    /// What ``columns`` lies in, and the texts of dictionaries.
    private let owners: (SegmentStore, Arena)

    /// Binds columns.
    ///
    /// - Parameters:
    ///   - request: Its bytes outlive the rows.
    ///   - asOf: The day of the rows that have none, in memory that outlives them.
    ///   - arena: Where rows are laid; to be reset before each.
    init(
        _ request: ColumnsRequest,
        rows: Int,
        asOf: UnsafePointer<CChar>?,
        entry: Int,
        _ compiled: CompiledPolicies,
        _ arena: Arena,
        _ limits: EngineLimits
    ) throws(CallError) {
        let application = compiled.policies.types.application
        let measure = compiled.policies.entries[entry]
        guard let slot = application.field(named: measure.factsField), case .message(let facts) = slot.kind else {
            throw .fault("a measure without facts")
        }
        var targets: [ColumnTarget] = []
        var seen: [String: Int] = [:]
        for (index, column) in request.columns.enumerated() {
            let path = String(decoding: column.buffers.path, as: UTF8.self)
            let target = try ColumnTarget(
                path,
                application: application,
                member: (slot, facts),
                measure: measure.id,
                at: "columns[\(index)]"
            )
            if let first = seen.updateValue(index, forKey: path) {
                throw .badRequest("the same field as columns[\(first)]; give it once", field: "columns[\(index)].path")
            }
            targets.append(target)
        }
        let store = SegmentStore()
        let texts = Arena(limit: limits.arenaBytes, retained: 4096)
        var binder = ColumnBinder(
            store,
            texts,
            entriesLeft: limits.columnEntries,
            textBytesLeft: limits.columnTextBytes
        )
        // One block for the three structs, so that every field has one offset.
        let applicantOffset = (application.size + 15) & ~15
        let factsOffset = applicantOffset + (MessageType.applicant.size + 15) & ~15
        var bound: [(numbers: [UInt32], column: BoundColumn)] = []
        for (index, target) in targets.enumerated() {
            let base =
                switch target.holder {
                case .application: 0
                case .applicant: applicantOffset
                case .facts: factsOffset
                }
            let column = try binder.bind(
                request.columns[index],
                index: index,
                rows: rows,
                to: target.slot,
                base: base,
                otherwise: target.path == "as_of" ? asOf : nil,
                at: "columns[\(index)]"
            )
            bound.append((target.numbers, column))
        }
        bound.sort { $0.numbers.lexicographicallyPrecedes($1.numbers) }

        let layout = compiled.reading.layout
        let structs = UnsafeMutableRawPointer.allocate(byteCount: factsOffset + facts.size, alignment: 16)
        structs.copyMemory(from: application.emptyInstance.address, byteCount: application.size)
        (structs + applicantOffset).copyMemory(
            from: MessageType.applicant.emptyInstance.address,
            byteCount: MessageType.applicant.size
        )
        (structs + factsOffset).copyMemory(from: facts.emptyInstance.address, byteCount: facts.size)
        structs.storeBytes(of: asOf, toByteOffset: Int(layout.asOf.offset), as: UnsafePointer<CChar>?.self)
        if targets.contains(where: { $0.holder == .applicant }) {
            structs.storeBytes(
                of: structs + applicantOffset,
                toByteOffset: Int(layout.applicant.offset),
                as: UnsafeMutableRawPointer.self
            )
        }
        structs.storeBytes(of: slot.number, toByteOffset: layout.factsCase, as: UInt32.self)
        structs.storeBytes(of: structs + factsOffset, toByteOffset: slot.offset, as: UnsafeMutableRawPointer.self)

        self.count = rows
        self.columns = store.keep(bound.map(\.column))
        self.lists = store.keep(bound.map(\.column).filter { $0.action == .list })
        self.structs = structs
        self.application = UnsafeRawPointer(structs)
        self.named = targets.map { NamedColumn(path: $0.path, slot: $0.slot) }
        self.arena = arena
        self.listEntries = limits.listEntries
        self.owners = (store, texts)
        self.entries = binder.entries
    }

    deinit { self.structs.deallocate() }

    /// Lays a row out at ``application``.
    func lay(_ row: Int) throws(CallError) {
        for index in self.columns.indices {
            guard let found = self.columns[index].put(row, into: self.structs, self.arena, self.listEntries) else {
                continue
            }
            throw self.error(found, in: self.columns[index].index)
        }
    }

    /// Whether there are lists.
    var hasLists: Bool { !self.lists.isEmpty }

    /// How many entries the lists of a row have.
    func entryCount(_ row: Int) -> Int {
        var count = 0
        for index in self.lists.indices {
            count += self.lists[index].offset(row + 1) - self.lists[index].offset(row)
        }
        return count
    }

    // MARK: - Errors

    private func error(_ found: (fault: BoundColumn.Fault, entry: Int, column: Int), in column: Int) -> CallError {
        var named = self.named[column]
        var path = named.path
        if found.entry >= 0 {
            path += "[\(found.entry)]"
            if let entry = self.entries[column]?[found.column] {
                named = entry
                if !entry.path.isEmpty { path += "." + entry.path }
            }
        }
        switch found.fault {
        case .int32: return .badRequest("must be from \(Int32.min) to \(Int32.max)", field: path)
        case .enumeration: return .badRequest(named.valuesOfEnum, field: path)
        case .text(.exhausted): return .overLimit(Arena.TextFault.exhausted.message, field: path)
        case .text(let fault): return .badRequest(fault.message, field: path)
        case .day:
            return .badRequest("there is no such day; a day of the calendar, as YYYY-MM-DD, is wanted", field: path)
        case .tooMany: return .overLimit("must hold no more than \(self.listEntries) entries", field: path)
        case .noEntry: return .badRequest("an entry of a list must have a value", field: path)
        }
    }
}

/// What an error calls a column, and says of its values.
struct NamedColumn {
    /// Empty where the values are the entries themselves.
    let path: String
    let slot: FieldSlot

    /// What is told of a value that an enum does not have.
    var valuesOfEnum: String {
        guard case .enumeration(let description) = self.slot.kind else { return "must be a value of its enum" }
        let values = description.values.map { "\($0.name) (\($0.number))" }.joined(separator: ", ")
        return "must be a number of \(description.name): \(values)"
    }
}
