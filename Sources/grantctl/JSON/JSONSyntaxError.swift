//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text that is no JSON.
struct JSONSyntaxError: Error, Equatable {
    /// In bytes, from 0.
    let offset: Int
    /// What stands there and what would be right, without a full stop.
    let message: String
}

extension JSONSyntaxError {
    /// Says where the fault is as a person counts: lines and bytes of a line, both from 1.
    func description(in text: UnsafeBufferPointer<UInt8>) -> String {
        let before = text.prefix(self.offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = self.offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        return line == 1
            ? Language.said(
                "不是有效的 JSON，第 \(column) 字节：\(self.message)",
                "not valid JSON at byte \(column): \(self.message)"
            )
            : Language.said(
                "不是有效的 JSON，第 \(line) 行第 \(column) 字节：\(self.message)",
                "not valid JSON at line \(line), byte \(column): \(self.message)"
            )
    }
}
