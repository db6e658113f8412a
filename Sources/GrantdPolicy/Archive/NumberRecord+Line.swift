//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension NumberRecord {
    /// The record as a line of the archive's ledger.
    var line: ArchiveLine {
        var line = ArchiveLine()
        func begin(_ kind: String) {
            line.set("kind", kind)
            line.set("programme", self.programme)
        }
        switch self.meaning {
        case .measure(let id, let message):
            begin("measure")
            line.set("number", self.number)
            line.set("measure", id)
            line.set("message", message)
        case .fact(let message, let name, let type):
            begin("fact")
            line.set("message", message)
            line.set("number", self.number)
            line.set("fact", name)
            line.set("type", type)
        case .value(let enumeration, let name):
            begin("value")
            line.set("enum", enumeration)
            line.set("number", self.number)
            line.set("value", name)
        case .reservedMeasure:
            begin("reserved")
            line.set("number", self.number)
        case .reservedFact(let message):
            begin("reserved")
            line.set("message", message)
            line.set("number", self.number)
        }
        return line
    }

    /// Reads a line of the ledger; `nil` where it is none.
    init?(_ line: ArchiveLine) {
        guard let programme = line.text("programme"), let number = line.number("number") else { return nil }
        let message = line.text("message")
        let meaning: Meaning
        switch line.text("kind") {
        case "measure":
            guard let id = line.text("measure"), let message else { return nil }
            meaning = .measure(id: id, message: message)
        case "fact":
            guard let message, let name = line.text("fact"), let type = line.text("type") else { return nil }
            meaning = .fact(message: message, name: name, type: type)
        case "value":
            guard let enumeration = line.text("enum"), let name = line.text("value") else { return nil }
            meaning = .value(enumeration: enumeration, name: name)
        case "reserved": meaning = message.map { .reservedFact(message: $0) } ?? .reservedMeasure
        default: return nil
        }
        self.init(programme: programme, number: number, meaning: meaning)
    }
}
