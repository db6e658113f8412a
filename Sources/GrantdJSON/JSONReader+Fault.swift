//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

extension JSONReader {
    /// What is told of a cause.
    ///
    /// - Parameter depth: How many messages were open around the one under way.
    func fault(
        _ cause: JSONFaultCause,
        _ text: UnsafeBufferPointer<UInt8>,
        _ root: JSONPlan.Root,
        depth: Int
    ) -> JSONFault {
        switch self.kind(of: cause, text, depth: depth) {
        case .syntax: return self.fault(.syntax, "", cause, text, depth: depth)
        case .limit: return self.fault(.limit, self.path(root, depth: depth), cause, text, depth: depth)
        case let kind:
            // That it is no JSON goes before all that does not fit.
            if let other = Self.syntaxCause(in: text) { return self.fault(.syntax, "", other, text, depth: depth) }
            return self.fault(kind, self.path(of: cause, text, root, depth: depth), cause, text, depth: depth)
        }
    }

    /// What is told of an entry that stands for itself: its own fields' names, and no place in the text, which would have to be
    /// gone through anew for each.
    func fault(
        _ misfit: JSONWalk.Misfit,
        _ text: UnsafeBufferPointer<UInt8>,
        _ root: JSONPlan.Root,
        suggests: Bool
    ) -> JSONFault {
        let depth = misfit.frames.count - 1
        self.frames.update(from: misfit.frames, count: misfit.frames.count)
        let message = self.message(of: misfit.cause, text, depth: depth, suggests: suggests)
        return JSONFault(
            kind: self.kind(of: misfit.cause, text, depth: depth),
            field: self.path(of: misfit.cause, text, root, from: 1, depth: depth),
            line: 0,
            column: 0,
            zh: message.zh,
            en: message.en
        )
    }

    private func fault(
        _ kind: JSONFault.Kind,
        _ field: String,
        _ cause: JSONFaultCause,
        _ text: UnsafeBufferPointer<UInt8>,
        depth: Int
    ) -> JSONFault {
        let before = text.prefix(cause.offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let message = self.message(of: cause, text, depth: depth)
        return JSONFault(
            kind: kind,
            field: field,
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: cause.offset - lineStart + 1,
            zh: message.zh,
            en: message.en
        )
    }

    private func kind(
        of cause: JSONFaultCause,
        _ text: UnsafeBufferPointer<UInt8>,
        depth: Int
    ) -> JSONFault.Kind {
        switch cause.reason {
        case .expected, .openString, .controlCharacter, .notUTF8, .nestedTooDeep: return .syntax
        case .textTooLarge, .messageTooLarge, .listTooLong, .tooManyEntries: return .limit
        case .noSuchValue: return .unknownValue
        case .noSuchField:
            return .unknownField(
                message: self.plan.messageTypes[self.frames[depth].message].name,
                isObject: Self.name(at: cause.offset, text).isObject
            )
        default: return .value
        }
    }

    /// What keeps a text from being JSON, `nil` where it is.
    private static func syntaxCause(in text: UnsafeBufferPointer<UInt8>) -> JSONFaultCause? {
        guard let start = text.baseAddress else { return nil }
        var scanner = JSONScanner(start, count: text.count)
        do throws(JSONFaultCause) {
            try scanner.skipValue()
            try scanner.finish()
            return nil
        } catch {
            return error
        }
    }

    // MARK: - The place

    private func path(
        of cause: JSONFaultCause,
        _ text: UnsafeBufferPointer<UInt8>,
        _ root: JSONPlan.Root,
        from first: Int = 0,
        depth: Int
    ) -> String {
        let frame = self.frames[depth]
        switch cause.reason {
        case .noSuchField:
            return self.path(root, from: first, depth: depth - 1, last: Self.name(at: cause.offset, text).name)
        case .secondMember:
            let field = self.plan.messages[frame.message].fields[frame.field]
            let oneof = self.plan.oneof(ofField: field.number, inMessage: frame.message)
            return self.path(root, from: first, depth: depth - 1, last: oneof ?? field.name.string)
        default:
            return self.path(root, from: first, depth: depth)
        }
    }

    /// - Parameters:
    ///   - first: Of the first frame on the way; 1 within an entry that stands for itself.
    ///   - depth: Of the last one.
    ///   - last: What stands behind it.
    private func path(_ root: JSONPlan.Root, from first: Int = 0, depth: Int, last: String? = nil) -> String {
        let transparentField = first == 0 ? root.transparentField : root.transparentEntryField
        var path = ""
        for index in first..<max(depth + 1, first) {
            let frame = self.frames[index]
            guard frame.field >= 0 else { continue }
            let field = self.plan.messages[frame.message].fields[frame.field]
            if index == first, field.number == transparentField, depth > first || last != nil { continue }
            path += (path.isEmpty ? "" : ".") + field.name.string
            if frame.entry >= 0 { path += "[\(frame.entry)]" }
        }
        guard let last else { return path }
        return path + (path.isEmpty ? "" : ".") + last
    }

    /// The name of a member that stands at a place, cut to what goes into a message, and whether its value is an object.
    static func name(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) -> (name: String, isObject: Bool) {
        guard let start = text.baseAddress else { return ("", false) }
        var scanner = JSONScanner(start, count: text.count)
        scanner.cursor = start + offset
        do throws(JSONFaultCause) {
            let piece = try scanner.string()
            let bytes = [UInt8](unsafeUninitializedCapacity: piece.count) { buffer, count in
                count = buffer.baseAddress.flatMap { JSONScanner.unescape(piece, to: $0) } ?? 0
            }
            try scanner.colon()
            return (String(decoding: bytes.prefix(100), as: UTF8.self), scanner.byte == UInt8(ascii: "{"))
        } catch {
            return ("", false)
        }
    }
}
