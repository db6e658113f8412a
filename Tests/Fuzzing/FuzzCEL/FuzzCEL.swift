//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

private let variables: [(name: String, type: ValueType)] = [
    (name: "b", type: .bool), (name: "i", type: .int), (name: "s", type: .string), (name: "d", type: .date),
    (name: "l", type: .list(.int)), (name: "as_of", type: .date),
    (name: "working_calendar", type: .record(WorkingCalendar.type)),
]
private let environments = [
    Environment(variables: variables), Environment(variables: variables, conditionals: .askForConditionFirst),
]
private let calendar = WorkingCalendar(firstYear: 2025, lastYear: 2026, daysOff: [20_089], makeUpDays: [20_114])

/// Any text as an expression: parsed, checked, and what compiles is evaluated with some inputs known and some not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCEL(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let text = String(decoding: UnsafeBufferPointer(start: data + 1, count: size - 1), as: UTF8.self)
    // The first byte says which inputs are known, and how conditionals ask.
    let known = data[0]
    guard case .program(let program) = environments[Int(known >> 7)].compile(text) else { return 0 }

    let workspace = Workspace(memoryLimit: 1 << 20)
    let values: [Value] = [
        .bool(true), .int(.max), workspace.string("北京"), .date(days: 20_593),
        workspace.list([.int(1), .int(.min)]), .date(days: 20_593),
        calendar.value,
    ]
    let inputs = values.indices.map { known & (1 << $0) != 0 ? values[$0] : Value.unset }
    inputs.withUnsafeBufferPointer { pointer in
        guard let base = pointer.baseAddress else { return }
        let value = program.evaluate(base, workspace)
        if value.isUnknown { workspace.forEachUnknown(of: value) { _ = $0.path } }
        if value.isError { _ = workspace.error(of: value) }
    }
    return 0
}
