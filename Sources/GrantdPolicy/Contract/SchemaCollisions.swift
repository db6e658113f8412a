//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds what two programmes cannot both have: the member of `Application.facts` and its number, and the names of messages.
struct SchemaCollisions {
    private var members: [UInt32: (name: String, programme: Programme)] = [:]
    private var messages: [String: Programme] = [:]
    private(set) var diagnostics: [PolicyDiagnostic] = []

    /// Adds a programme, and says where it collides with those before.
    mutating func add(_ programme: Programme, source: SourceText?) {
        let schema = programme.facts
        for member in schema.members {
            // Two files with one programme are told of as such.
            if let other = self.members[member.number], other.programme.id != programme.id {
                self.report(
                    Text(
                        zh: "编号 \(member.number) 已属于 \(other.programme.fileName) 的 \(other.name)",
                        en:
                            "the number \(member.number) is that of \(other.name) in \(other.programme.fileName) already"
                    ),
                    .duplicateNumber,
                    member.position,
                    programme,
                    source
                )
            } else {
                self.members[member.number] = (member.name, programme)
            }
        }
        for message in schema.messages {
            if let other = self.messages[message.fullName], other.id != programme.id {
                let position = schema.members.first { $0.messageName == message.fullName }?.position ?? .start
                self.report(
                    Text(
                        zh: "消息 \(message.fullName) 已由 \(other.fileName) 声明；请改用别的 id 或 package",
                        en:
                            "\(other.fileName) declares the message \(message.fullName) already; take another id or package"
                    ),
                    .duplicateID,
                    position,
                    programme,
                    source
                )
            } else {
                self.messages[message.fullName] = programme
            }
        }
    }

    private mutating func report(
        _ message: Text,
        _ code: PolicyDiagnostic.Code,
        _ position: SourcePosition,
        _ programme: Programme,
        _ source: SourceText?
    ) {
        self.diagnostics.append(
            PolicyDiagnostic(
                file: programme.fileName,
                line: position.line,
                column: position.column,
                code: code,
                message: message,
                sourceLine: source?.line(position.line) ?? ""
            )
        )
    }
}
