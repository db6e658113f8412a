//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What lives as long as the process: loading the policies for every input would leave no time for the inputs.
private nonisolated(unsafe) let target = CallTarget()

/// Any bytes as the request of any method, in one go and in slices, left, begun anew and given up: every way comes to the same
/// answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCalls(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    // The first byte picks the method, the next two where its calls are interrupted.
    guard size >= 3, let method = Method(rawValue: data[0] % UInt8(Method.allCases.count)) else { return 0 }
    target?.check(
        method,
        UnsafeRawBufferPointer(start: data + 3, count: size - 3),
        Interruption(data[1], data[2])
    )
    return 0
}
