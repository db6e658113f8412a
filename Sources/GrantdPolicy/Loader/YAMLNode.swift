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

    /// What the node is, for messages.
    var kindName: String {
        switch self.content {
        case .scalar("", .plain): "nothing"
        case .scalar: "a text"
        case .sequence: "a list"
        case .mapping: "a group of keys"
        }
    }
}
