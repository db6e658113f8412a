//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension WireValidator {
    /// What the last walk found, as the peer is told it.
    func takeFault() -> WireFault {
        let field = self.path.reversed().joined(separator: ".")
        let trouble = self.trouble ?? .ends
        self.trouble = nil
        self.path.removeAll()
        switch trouble {
        case .ends, .group, .tooDeep:
            // The bytes do not decode: no field is to blame.
            let message = "the bytes are no \(self.tables.messageTypes[0].name): \(self.text(of: trouble))"
            return WireFault(kind: .malformed, field: "", message: message)
        case .unknown(let message, let number):
            return WireFault(kind: .malformed, field: field, message: self.unknown(number, of: message, at: field))
        case .tooMany:
            return WireFault(kind: .overLimit, field: field, message: self.text(of: trouble))
        default:
            return WireFault(kind: .malformed, field: field, message: self.text(of: trouble))
        }
    }

    private func text(of trouble: Trouble) -> String {
        switch trouble {
        case .ends: return "a field is cut short, or is laid out as no field is"
        case .group: return "it holds a group, which is not read here; send a message field instead"
        case .tooDeep: return "its messages are nested too deep"
        case .wireType(let check):
            return "must be \(Self.noun(check)), and is encoded as something else; make the client from the contract"
        case .text(.holdsNUL): return "must hold no NUL character"
        case .text: return "must be valid UTF-8"
        case .int32: return "must be from \(Int32.min) to \(Int32.max)"
        case .enumeration(let index):
            let description = self.tables.enumDescriptions[Int(index)]
            let values = description.values.map { "\($0.name) (\($0.number))" }.joined(separator: ", ")
            return "must be a number of \(description.name): \(values)"
        case .twoMembers(let message, let first, let second):
            let names = [first, second].map { self.tables.name(ofField: $0, inMessage: message) }
            return "must be one only, and holds both \(names[0]) and \(names[1])"
        case .missing: return "must be set"
        case .twice:
            return "must be sent once and whole, and comes twice; grantd does not merge the parts of a message"
        case .unknown: return "must be a field of the contract"
        case .tooMany: return "must hold no more than \(self.maximumEntries) entries"
        }
    }

    /// - Parameter field: The path of the field, whose last part is the number.
    private func unknown(_ number: UInt32, of message: Int32, at field: String) -> String {
        let type = self.tables.messageTypes[Int(message)].name
        let place = field.dropLast(String(number).count).dropLast()
        return
            "field number \(number) of \(place.isEmpty ? type : "\(place) (\(type))") is not known to this daemon, and "
            + "what it says would not be assessed; leave it out, or ask a daemon whose contract has it"
    }

    private static func noun(_ check: WireTables.Check) -> String {
        switch check {
        case .varint: "a bool or an integer (a varint)"
        case .int32: "an int32 (a varint)"
        case .enumeration: "an enum's number (a varint)"
        case .string: "a string"
        case .bytes: "bytes"
        case .message: "a message (length-delimited)"
        case .fixed64: "a number of eight bytes"
        case .fixed32: "a number of four bytes"
        }
    }
}
