//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// A reply of the engine's, read by the names of the contract. Good as long as its arena is not reset.
struct ReplyView {
    private let view: MessageView
    private let type: MessageType

    init(_ view: MessageView, _ type: MessageType) {
        self.view = view
        self.type = type
    }

    /// The text of a field; nil where it is unset.
    func string(_ name: String) -> String? {
        guard let slot = self.type.field(named: name), case .string = slot.kind else { return nil }
        return self.view.string(slot).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number, or the number of an enum's value; nil where it is unset.
    func number(_ name: String) -> Int64? {
        guard let slot = self.type.field(named: name) else { return nil }
        switch slot.kind {
        case .int64: return self.view.int64(slot)
        case .int32, .enumeration: return self.view.int32(slot).map(Int64.init)
        default: return nil
        }
    }

    func flag(_ name: String) -> Bool? {
        guard let slot = self.type.field(named: name), case .bool = slot.kind else { return nil }
        return self.view.bool(slot)
    }

    func message(_ name: String) -> ReplyView? {
        guard let slot = self.type.field(named: name), case .message(let type) = slot.kind else { return nil }
        return self.view.message(slot).map { ReplyView($0, type) }
    }

    /// The entries of a list.
    func messages(_ name: String) -> [ReplyView] {
        guard let slot = self.type.field(named: name), slot.label == .repeated, case .message(let type) = slot.kind
        else { return [] }
        return self.view.messages(slot).map { ReplyView(MessageView($0), type) }
    }

    /// The entries of a list of texts.
    func strings(_ name: String) -> [String] {
        guard let slot = self.type.field(named: name), slot.label == .repeated, case .string = slot.kind else {
            return []
        }
        // Its entries are addresses, as a list of messages has them.
        return self.view.messages(slot).map { String(cString: $0.assumingMemoryBound(to: CChar.self)) }
    }

    /// A text in both languages.
    func text(_ name: String) -> Text? {
        self.message(name).map { Text(zh: $0.string("zh") ?? "", en: $0.string("en") ?? "") }
    }
}
