//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A piece of a YAML document: what it is and where it begins.
package struct YAMLNode: Sendable {
    package enum Style: Sendable, Hashable {
        case plain
        case quoted
        /// `|` or `>`.
        case block
    }

    package struct Entry: Sendable {
        package let key: YAMLNode
        package let value: YAMLNode
    }

    package indirect enum Content: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package let position: SourcePosition
    package let content: Content

    /// The text of a scalar.
    package var scalar: String? {
        guard case .scalar(let text, _) = self.content else { return nil }
        return text
    }

    /// Whether the node is a text in quotes.
    var isQuoted: Bool {
        guard case .scalar(_, .quoted) = self.content else { return false }
        return true
    }

    /// What the node is, for messages.
    var kindName: Text {
        switch self.content {
        case .scalar("", .plain): Text(zh: "空", en: "nothing")
        case .scalar(let text, _) where text.allSatisfy(\.isWhitespace): Text(zh: "空文本", en: "an empty text")
        case .scalar: Text(zh: "文本", en: "a text")
        case .sequence: Text(zh: "列表", en: "a list")
        case .mapping: Text(zh: "一组键", en: "a group of keys")
        }
    }
}
