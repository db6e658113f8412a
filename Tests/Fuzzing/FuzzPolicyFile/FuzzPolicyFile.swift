//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Any bytes as a policy file: problems are reported, nothing traps, and every problem points into the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicyFile(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    switch PolicyLoader.load(files: [(name: "fuzz.yaml", bytes: bytes)]) {
    case .success: break
    case .failure(let problems): _ = problems.description
    }
    return 0
}
