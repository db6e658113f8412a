//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

extension MessageBytes {
    /// Adds a `Text`.
    mutating func add(_ text: Text, field: UInt32) {
        var message = MessageBytes()
        message.add(text.zh, field: ReplyField.Text.zh)
        message.add(text.en, field: ReplyField.Text.en)
        self.add(message, field: field)
    }
}
