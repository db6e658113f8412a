//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension MessageDecoder {
    /// What the last walk found, as the peer is told it.
    func takeFault() -> WireFault {
        let field = self.path.reversed().joined(separator: ".")
        let cause = self.cause ?? .ends
        self.cause = nil
        self.path.removeAll()
        switch cause {
        case .ends, .group, .tooDeep:
            // The bytes do not decode: no field is to blame.
            let message = "the bytes are no \(self.plan.messageTypes[self.root].name): \(self.text(of: cause))"
            return WireFault(kind: .malformed, field: "", message: message)
        case .unknown(let message, let number):
            return WireFault(kind: .malformed, field: field, message: self.unknown(number, of: message, at: field))
        case .tooMany, .exhausted:
            return WireFault(kind: .overLimit, field: field, message: self.text(of: cause))
        default:
            return WireFault(kind: .malformed, field: field, message: self.text(of: cause))
        }
    }

    private func text(of cause: Cause) -> String {
        switch cause {
        case .ends: return "a field is cut short, or is laid out as no field is"
        case .group: return "it holds a group, which is not read here; send a message field instead"
        case .tooDeep: return "its messages are nested too deep"
        case .wireType(let value):
            return "must be \(Self.noun(value)), and is encoded as something else; make the client from the contract"
        case .text(.holdsNUL): return "must hold no NUL character"
        case .text: return "must be valid UTF-8"
        case .int32: return "must be from \(Int32.min) to \(Int32.max)"
        case .enumeration(let index):
            let description = self.plan.enumDescriptions[Int(index)]
            let values = description.values.map { "\($0.name) (\($0.number))" }.joined(separator: ", ")
            return "must be a number of \(description.name): \(values)"
        case .twoMembers(let message, let first, let second):
            let names = [first, second].map { self.plan.name(ofField: $0, inMessage: message) }
            return "must be one only, and holds both \(names[0]) and \(names[1])"
        case .missing: return "must be set"
        case .twice:
            return "must be sent once and whole, and comes twice; grantd does not merge the parts of a message"
        case .unknown: return "must be a field of the contract"
        case .tooMany: return "must hold no more than \(self.maximumEntries) entries"
        case .exhausted: return "needs more memory than a call may take"
        }
    }

    /// - Parameter field: The path of the field, whose last part is the number.
    private func unknown(_ number: UInt32, of message: Int32, at field: String) -> String {
        let type = self.plan.messageTypes[Int(message)].name
        let place = field.dropLast(String(number).count).dropLast()
        return
            "field number \(number) of \(place.isEmpty ? type : "\(place) (\(type))") is not known to this daemon, and "
            + "what it says would not be assessed; leave it out, or ask a daemon whose contract has it"
    }

    private static func noun(_ value: DecodingPlan.Value) -> String {
        switch value {
        case .bool, .int64: "a bool or an integer (a varint)"
        case .int32: "an int32 (a varint)"
        case .enumeration: "an enum's number (a varint)"
        case .string: "a string"
        case .bytes: "bytes"
        case .message: "a message (length-delimited)"
        }
    }

    /// Notes what was found at a field.
    @inline(never)
    func failed(_ cause: Cause, in field: Field, _ frame: Frame) -> Bool {
        self.cause = cause
        return self.failed(in: field, frame)
    }

    /// Notes the name of the field in which something was found, on the way back out.
    @inline(never)
    func failed(in field: Field, _ frame: Frame) -> Bool {
        if case .twoMembers(let message, _, let second) = self.cause, self.path.isEmpty,
            let oneof = self.plan.oneof(ofField: second, inMessage: message)
        {
            // The place is the oneof; its members are named in the text.
            self.path.append(oneof)
            return false
        }
        if frame.depth == 0, field.pointee.number == self.transparentField, !self.path.isEmpty { return false }
        var name = self.plan.name(ofField: field.pointee.number, inMessage: frame.message.pointee.index)
        if field.pointee.label == .repeated {
            if case .tooMany = self.cause, self.path.isEmpty {
                // The list itself is the place.
            } else {
                let count = frame.place.load(fromByteOffset: Int(field.pointee.quantifier), as: Int.self)
                name += "[\(max(count, 1) - 1)]"
            }
        }
        self.path.append(name)
        return false
    }
}
