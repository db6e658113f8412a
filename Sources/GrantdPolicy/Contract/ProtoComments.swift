//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the .proto and the schema say of facts: the words of the programme's file.
enum ProtoComments {
    static func text(of message: FactsSchema.Message, in schema: FactsSchema) -> String? {
        if let member = schema.members.first(where: { $0.messageName == message.fullName }) {
            let title = member.title.map { "\($0.en) (\($0.zh)). " } ?? ""
            let clause = [schema.documentNumber, member.clause].compactMap { $0 }.joined(separator: " ")
            return "\(title)\(clause)."
        }
        let lists = schema.allMessages.flatMap { message in message.fields.map { (message, $0) } }
        if let (_, field) = lists.first(where: { $0.1.type == .entries(message.fullName) }), let label = field.label {
            return "An entry of: \(label.en) (\(label.zh))."
        }
        return nil
    }

    static func text(of field: FactsSchema.Field) -> String? {
        guard let label = field.label else { return nil }
        var text = "\(label.en) (\(label.zh))."
        switch (field.type, field.unit) {
        case (.date, _): text += " A civil date, `YYYY-MM-DD`."
        case (_, .fen?): text += " In fen (1 yuan = 100 fen)."
        case (_, let unit?): text += " Unit: \(unit.longName.en)."
        default: break
        }
        if let most = field.most { text += " At most \(most) entries." }
        if let question = field.question { text += " \(question.en) \(question.zh)" }
        if let hint = field.hint { text += " \(hint.en) \(hint.zh)" }
        return text
    }

    static func text(of value: Fact.EnumerationValue) -> String { "\(value.label.en) (\(value.label.zh))" }
}
