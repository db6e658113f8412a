//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The field that a column's path names.
struct ColumnTarget {
    /// In which of a row's structs the field lies.
    enum Holder {
        case application
        case applicant
        case facts
    }

    let path: String
    let holder: Holder
    let slot: FieldSlot
    /// The numbers of the fields that lead to it: in their order a decoder would meet the values.
    let numbers: [UInt32]

    /// Finds the field.
    ///
    /// - Parameters:
    ///   - member: The measure's member of `Application.facts`.
    ///   - place: The column's own: `columns[3]`.
    init(
        _ path: String,
        application: MessageType,
        member: (slot: FieldSlot, type: MessageType),
        measure: String,
        at place: String
    ) throws(CallError) {
        let field = place + ".path"
        let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let first = parts[0]
        self.path = path
        guard parts.count == 2 else {
            let fields = application.fields.filter { Self.isValue($0) }
            guard let slot = fields.first(where: { $0.name == first }) else {
                throw Self.unknown(first, in: fields.map(\.name), member, field)
            }
            self.holder = .application
            self.slot = slot
            self.numbers = [slot.number]
            return
        }
        let (holder, outer, type): (Holder, FieldSlot, MessageType)
        if first == member.slot.name {
            (holder, outer, type) = (.facts, member.slot, member.type)
        } else if let slot = application.field(named: first), slot.label == .optional,
            case .message(let inner) = slot.kind
        {
            (holder, outer, type) = (.applicant, slot, inner)
        } else if application.field(named: first)?.label == .oneofMember {
            throw .badRequest(
                "a fact of another measure; those of \(measure) begin with \(member.slot.name).",
                field: field
            )
        } else {
            let messages = application.fields.filter { $0.label == .optional && !Self.isValue($0) }.map(\.name)
            throw Self.unknown(first, in: messages + [member.slot.name], member, field)
        }
        guard let slot = type.field(named: parts[1]) else {
            throw Self.unknown(parts[1], in: type.fields.map(\.name), member, field, prefix: first + ".")
        }
        self.holder = holder
        self.slot = slot
        self.numbers = [outer.number, slot.number]
    }

    /// Whether a field of an application may be a column: a value or a list, no message.
    private static func isValue(_ slot: FieldSlot) -> Bool {
        if case .message = slot.kind { return slot.label == .repeated }
        return true
    }

    private static func unknown(
        _ name: String,
        in known: [String],
        _ member: (slot: FieldSlot, type: MessageType),
        _ field: String,
        prefix: String = ""
    ) -> CallError {
        var hint = ""
        if let nearest = Suggestion.nearest(to: name, among: known) {
            hint = "; did you mean \(prefix)\(nearest)?"
        } else if member.type.field(named: name) != nil {
            hint = "; did you mean \(member.slot.name).\(name)?"
        }
        return .badRequest("no field of an application or of the measure's facts has this path\(hint)", field: field)
    }
}
