//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

extension JSONReader {
    /// A message in Chinese and in English.
    typealias Wording = (zh: String, en: String)

    /// What is wrong and what would be right.
    ///
    /// - Parameter suggests: Whether the name that comes nearest to one that there is not is told.
    func message(
        of cause: JSONFaultCause,
        _ text: UnsafeBufferPointer<UInt8>,
        depth: Int,
        suggests: Bool = true
    ) -> Wording {
        switch cause.reason {
        case .expected(let wanted):
            let (wanted, found) = (Self.noun(wanted), Self.found(at: cause.offset, text))
            return ("此处应为\(wanted.zh)，却是\(found.zh)", "\(found.en) where \(wanted.en) should be")
        case .openString: return ("文本在字符串中间结束", "the text ends within a string")
        case .controlCharacter:
            return ("字符串中的控制字符须转义", "a control character in a string must be escaped")
        case .notUTF8: return ("文本不是 UTF-8", "the text is not UTF-8")
        case .nestedTooDeep: return ("嵌套过深", "nested too deep")
        case .wrongType(.enumeration):
            return self.values(
                of: self.plan.messages[self.frames[depth].message].fields[self.frames[depth].field].child
            )
        case .wrongType(let wanted):
            let (wanted, found) = (Self.noun(wanted), Self.kindOfValue(at: cause.offset, text))
            return ("须为\(wanted.zh)，而不是\(found.zh)", "must be \(wanted.en), not \(found.en)")
        case .twice: return ("出现两次；请只写一次", "stands twice; give it once")
        case .secondMember(let first): return self.secondMember(after: first, depth: depth)
        case .halfSurrogate:
            return ("含有半个代理对，不是字符", "holds half of a surrogate pair, which is no character")
        case .notBase64: return ("不是 base64", "is not base64")
        case .notWhole: return ("不是整数", "is not a whole number")
        case .outOfRange(.int64): return ("超出 int64", "is too large for an int64")
        case .outOfRange:
            return ("不在 \(Int32.min) 至 \(Int32.max) 之内", "lies outside \(Int32.min) to \(Int32.max)")
        case .noSuchValue(let enumeration): return self.values(of: enumeration)
        case .noSuchField:
            return self.noSuchField(Self.name(at: cause.offset, text).name, depth: depth, suggests: suggests)
        case .textTooLarge:
            let size = Self.size(self.limits.text)
            return ("文本超过 \(size)，至多如此", "the text is larger than \(size), the most that is read")
        case .messageTooLarge:
            let size = Self.size(self.limits.message)
            return (
                "请求编码后超过 \(size)，至多如此",
                "makes the request larger than \(size) on the wire, the most of a request"
            )
        case .listTooLong:
            return (
                "超过 \(self.limits.listEntries) 项，清单至多如此",
                "has more than \(self.limits.listEntries) entries, the most of a list"
            )
        case .tooManyEntries:
            return (
                "各清单合计超过 \(self.limits.entries) 项，一个请求至多如此",
                "makes it more than \(self.limits.entries) entries in all lists, the most of a request"
            )
        }
    }

    private func values(of enumeration: Int) -> Wording {
        let names = self.plan.enumDescriptions[enumeration].values.map(\.name).joined(separator: ", ")
        return ("须为其中之一：\(names)", "must be one of \(names)")
    }

    private func secondMember(after first: Int, depth: Int) -> Wording {
        let frame = self.frames[depth]
        let fields = self.plan.messages[frame.message].fields
        let (first, second) = (fields[first].name.string, fields[frame.field].name.string)
        return ("含有 \(first) 和 \(second)；请只给其一", "holds \(first) and \(second); give one of them")
    }

    private func noSuchField(_ name: String, depth: Int, suggests: Bool) -> Wording {
        let type = self.plan.messageTypes[self.frames[depth].message]
        let short = type.name.split(separator: ".").last ?? ""
        let nearest =
            suggests ? Suggestion.nearest(to: Self.snakeCase(name), among: type.fields.map(\.name)) : nil
        return (
            "\(short) 没有此名称的字段\(nearest.map { "；是否指 \"\($0)\"？" } ?? "")",
            "no field of \(short) has this name\(nearest.map { "; did you mean \"\($0)\"?" } ?? "")"
        )
    }

    /// `unifiedSocialCreditCode` as the .proto would write it.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 && bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) B"
    }

    private static func noun(_ wanted: JSONFaultCause.Wanted) -> Wording {
        switch wanted {
        case .value: ("一个值", "a value")
        case .object: ("对象", "an object")
        case .list: ("清单", "a list")
        case .string: ("字符串", "a string")
        case .bool: ("true 或 false", "true or false")
        case .integer: ("整数", "a whole number")
        case .enumeration: ("名称", "a name")
        case .digit: ("数字", "a digit")
        case .hexadecimalDigit: ("十六进制数字", "a hexadecimal digit")
        case .escape: ("\\n、\\u4eac 之类的转义", "an escape like \\n or \\u4eac")
        case .colon: ("“:”", "“:”")
        case .commaOrBrace: ("“,”或“}”", "“,” or “}”")
        case .commaOrBracket: ("“,”或“]”", "“,” or “]”")
        case .end: ("文本的结尾", "the end of the text")
        }
    }

    /// What stands where something else should.
    private static func found(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) -> Wording {
        guard offset < text.count else { return ("文本在此结束", "the end of the text") }
        let byte = text[offset]
        if 0x21...0x7E ~= byte {
            let character = "“\(Character(Unicode.Scalar(byte)))”"
            return (character, character)
        }
        let digits = String(byte, radix: 16)
        let number = digits.count == 1 ? "0" + digits : digits
        return ("字节 0x\(number)", "a byte 0x\(number)")
    }

    private static func kindOfValue(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) -> Wording {
        switch offset < text.count ? text[offset] : 0 {
        case UInt8(ascii: "{"): ("对象", "an object")
        case UInt8(ascii: "["): ("清单", "a list")
        case UInt8(ascii: "\""): ("字符串", "a string")
        case UInt8(ascii: "t"), UInt8(ascii: "f"): ("true 或 false", "true or false")
        case UInt8(ascii: "n"): ("null", "null")
        default: ("数字", "a number")
        }
    }
}
