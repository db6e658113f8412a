//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How far a log is read, on a terminal: in mebibytes, with the time that is left.
final class LogProgress {
    private let progress: BookProgress

    /// - Parameters:
    ///   - zh: What is done, as in `已核对`.
    ///   - en: The same, as in `verified:`.
    init(_ zh: String, _ en: String) {
        self.progress = BookProgress("\(zh)（MiB）", "\(en) MiB")
    }

    /// - Parameter done: In bytes.
    func show(_ done: UInt64, of all: UInt64) {
        self.progress.show(Int64(clamping: done >> 20), of: Int64(clamping: max(all >> 20, 1)))
    }

    func end() { self.progress.end() }
}
