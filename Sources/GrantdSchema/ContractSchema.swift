//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CGrantdProto

/// The contract without facts, as it is described to clients that were not generated from it.
package enum ContractSchema {
    /// A serialized `google.protobuf.FileDescriptorSet`: every file of package grantd.v1 but those of
    /// facts, imports first, with comments. `Application` has no oneof.
    /// The bytes are a constant of the program.
    package static var fileDescriptorSet: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: grantd_schema_bytes, count: grantd_schema_size)
    }
}
