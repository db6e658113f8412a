//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension ByteWriter {
    /// Makes room behind what was written, for a caller that writes there itself.
    ///
    /// - Returns: The first free byte, good until the next call of the writer; `nil` where the limit is reached.
    @inlinable
    public func room(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        self.reserve(byteCount) ? self.state.pointee.base + self.state.pointee.length : nil
    }

    /// Takes the first `byteCount` bytes of the room as written. At most as many as ``room(_:)`` was asked for.
    @inlinable
    public func advance(_ byteCount: Int) {
        self.state.pointee.length &+= byteCount
    }
}
