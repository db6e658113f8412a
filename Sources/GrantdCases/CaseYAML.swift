//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Turns a YAML document into nodes: `true`, `false`, `null` and numbers without quotes are what they look like, all else
/// is text.
enum CaseYAML {
    static func node(_ node: YAMLNode) -> CaseNode {
        let content: CaseNode.Content =
            switch node.content {
            case .scalar(let text, .plain): Self.plain(text)
            case .scalar(let text, _): .text(text)
            case .sequence(let entries): .list(entries.map(self.node))
            case .mapping(let entries):
                .object(
                    entries.map { entry in
                        CaseNode.Member(
                            name: entry.key.scalar ?? "",
                            line: entry.key.position.line,
                            value: self.node(entry.value)
                        )
                    }
                )
            }
        return CaseNode(line: node.position.line, content: content)
    }

    private static func plain(_ text: String) -> CaseNode.Content {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        case "", "null", "~": .null
        default: CaseJSON.isNumber(text) ? .number(text) : .text(text)
        }
    }
}
