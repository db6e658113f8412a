//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A piece of a YAML document: what it is and where it begins.
struct YAMLNode: Sendable {
    enum Style: Sendable, Hashable {
        case plain
        case quoted
        /// `|` or `>`.
        case block
    }

    struct Entry: Sendable {
        let key: YAMLNode
        let value: YAMLNode
    }

    indirect enum Content: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    let position: SourcePosition
    let content: Content

    /// The text of a scalar.
    var scalar: String? {
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
