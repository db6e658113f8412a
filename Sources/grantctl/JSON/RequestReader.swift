//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages
internal import GrantdPolicy
internal import SwiftProtobuf

/// Turns a request as protobuf JSON into its message.
///
/// Stricter than a protobuf library: names are the .proto's own, each stands once, one application holds one measure's
/// facts, and whatever is wrong is told with its place.
struct RequestReader<Request: Message>: Sendable {
    private let schema: RequestSchema
    private let root: Int
    /// The request's member whose fields are named without it in front, as the daemon names them.
    private let unnamed: String?

    /// - Parameters:
    ///   - schema: The contract.
    ///   - unnamed: The member whose fields are named without it in front.
    /// - Throws: Where the contract has no such message.
    init(_ schema: RequestSchema, unnamed: String? = nil) throws(RequestProblem) {
        guard let root = schema.message(named: Request.protoMessageName) else {
            throw RequestProblem(
                field: "",
                message: Language.said(
                    "接口契约中没有消息 \(Request.protoMessageName)",
                    "the contract has no message \(Request.protoMessageName)"
                )
            )
        }
        self.schema = schema
        self.root = root
        self.unnamed = unnamed
    }

    /// Reads one request.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: The first problem of the text; that it is no JSON goes before everything.
    func read(_ text: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> Request {
        try self.walk(text) { try Request(serializedBytes: $0.wire) }
    }

    /// Reads one request and gives its wire bytes, whether or not this program knows its message.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: As ``read(_:)``.
    func wire(_ text: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> [UInt8] {
        try self.walk(text) { $0.wire }
    }

    /// Walks over a text and makes something of what was found.
    fileprivate func walk<Value>(
        _ text: UnsafeBufferPointer<UInt8>,
        _ finish: (RequestWalk) throws -> Value
    ) throws(RequestProblem) -> Value {
        do {
            var walk = RequestWalk(text, schema: self.schema, marked: self.unnamed)
            try walk.run(root: self.root)
            return try finish(walk)
        } catch let problem as RequestProblem {
            throw problem
        } catch let error as JSONSyntaxError {
            throw RequestProblem(field: "", message: error.description(in: text))
        } catch let fault as RequestWalk.Fault {
            // What is too large is not read to its end, not even to see whether it is JSON.
            if fault.isLimit { throw RequestProblem(field: self.field(fault.steps), message: fault.message) }
            do {
                var cursor = JSONCursor(text)
                cursor.skipSpace()
                try cursor.skipValue()
                try cursor.end()
            } catch let error as JSONSyntaxError {
                throw RequestProblem(field: "", message: error.description(in: text))
            } catch {
                throw RequestProblem(field: "", message: "\(error)")
            }
            throw RequestProblem(field: self.field(fault.steps), message: fault.message, unknown: fault.unknown)
        } catch {
            throw RequestProblem(field: "", message: "\(error)")
        }
    }

    private func field(_ steps: [RequestWalk.Step]) -> String {
        var text = ""
        for (index, step) in steps.enumerated() {
            if index == 0, steps.count > 1, step == .name(self.unnamed ?? "") { continue }
            switch step {
            case .name(let name): text += text.isEmpty ? name : ".\(name)"
            case .entry(let entry): text += "[\(entry)]"
            }
        }
        return text
    }
}

extension RequestReader<GrantdEvaluateRequest> {
    /// - Parameter schema: The contract.
    /// - Throws: Where it is not the contract.
    init(evaluations schema: RequestSchema) throws(RequestProblem) {
        try self.init(schema, unnamed: "application")
    }

    /// Reads one request, and leaves its application in wire bytes.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: As ``read(_:)``; also where there is no application.
    func readApplication(_ text: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> EncodedApplication {
        try self.walk(text) { walk in
            guard let application = walk.marked else {
                throw RequestProblem(field: "application", message: Language.said("须填写", "must be set"))
            }
            var options = GrantdEvaluationOptions()
            // Few requests hold more than their application with its tag and length.
            var head: [UInt8] = [1 << 3 | 2]
            head.append(varint: UInt64(application.count))
            if walk.wire.count > head.count + application.count {
                let request = try GrantdEvaluateRequest(serializedBytes: walk.wire)
                options.stage = request.stage
                options.assumeUnsetBarsAbsent = request.assumeUnsetBarsAbsent
                options.explain = request.explain
            }
            return EncodedApplication(bytes: walk.wire[application], options: options)
        }
    }
}

/// One walk over a request's text: JSON in, wire bytes out.
struct RequestWalk {
    /// One step of the way to a value.
    enum Step: Equatable {
        case name(String)
        case entry(Int)
    }

    /// A value that the contract does not allow.
    struct Fault: Error {
        let steps: [Step]
        let message: String
        /// There is too much, whatever follows.
        var isLimit = false
        /// What the schema lacks, if that is it.
        var unknown: RequestProblem.Unknown?
    }

    /// The most entries of one list, the daemon's own limit.
    static let mostListEntries = 10_000
    /// The most entries of all lists of one request together. An entry takes two bytes on the wire and some two hundred as
    /// a message, so the bytes alone bound nothing.
    static let mostEntries = 100_000
    /// The most wire bytes of one request, the daemon's own limit.
    static let mostBytes = 4 * 1024 * 1024

    /// Entries of lists so far.
    private var entries = 0

    /// The message's wire bytes so far.
    private(set) var wire: [UInt8] = []

    /// Where the root's member of the name asked for stands in ``wire``, if it is set.
    private(set) var marked: Range<Int>?

    private var cursor: JSONCursor
    private let markedName: String?
    private let schema: RequestSchema
    private var steps: [Step] = []
    /// Which fields and oneofs of the messages that are open have been seen; the innermost message's last.
    private var seen: [Bool] = []

    init(_ text: UnsafeBufferPointer<UInt8>, schema: RequestSchema, marked: String? = nil) {
        self.cursor = JSONCursor(text)
        self.markedName = marked
        self.schema = schema
        self.wire.reserveCapacity(text.count)
    }

    mutating func run(root: Int) throws {
        self.cursor.skipSpace()
        try self.object(self.schema.messages[root])
        try self.cursor.end()
    }

    private mutating func object(_ message: RequestSchema.Message) throws {
        guard self.cursor.take(UInt8(ascii: "{")) else {
            throw self.wrongType(wanted: Language.said("对象", "an object"))
        }
        self.cursor.skipSpace()
        if self.cursor.take(UInt8(ascii: "}")) { return }
        let base = self.seen.count
        self.seen.append(contentsOf: repeatElement(false, count: message.fields.count + message.oneofs.count))
        var expected = 0
        repeat {
            let key = try self.cursor.string()
            guard let place = self.place(of: key, in: message, expected: expected) else {
                throw self.unknownName(key, in: message)
            }
            expected = place + 1
            try self.cursor.colon()
            try self.member(message, place, seenFrom: base)
        } while try self.cursor.comma(orClose: UInt8(ascii: "}"))
        self.seen.removeLast(self.seen.count - base)
    }

    private mutating func member(_ message: RequestSchema.Message, _ place: Int, seenFrom base: Int) throws {
        let field = message.fields[place]
        self.steps.append(.name(field.name))
        guard !self.seen[base + place] else {
            throw self.fault(Language.said("出现两次；请只写一次", "stands twice; give it once"))
        }
        self.seen[base + place] = true
        // As everywhere in protobuf JSON, null says that a field is not set.
        if !self.cursor.take(word: "null") {
            if let oneof = field.oneof {
                let flag = base + message.fields.count + oneof
                guard !self.seen[flag] else { throw self.secondMember(message, field, oneof: oneof, seenFrom: base) }
                self.seen[flag] = true
            }
            if field.isRepeated {
                try self.list(field)
            } else {
                try self.value(field)
            }
        }
        self.steps.removeLast()
    }

    private mutating func list(_ field: RequestSchema.Field) throws {
        guard self.cursor.take(UInt8(ascii: "[")) else { throw self.wrongType(wanted: Language.said("清单", "a list")) }
        self.cursor.skipSpace()
        if self.cursor.take(UInt8(ascii: "]")) { return }
        var entry = 0
        repeat {
            try self.checkRoom(entries: entry)
            self.steps.append(.entry(entry))
            try self.value(field)
            self.steps.removeLast()
            entry += 1
        } while try self.cursor.comma(orClose: UInt8(ascii: "]"))
    }

    /// Throws where another entry would be more than a request may have. The line is named: a place in a list of thousands
    /// is not found by its number.
    private mutating func checkRoom(entries: Int) throws {
        self.entries += 1
        let zh: String
        let en: String
        if entries >= Self.mostListEntries {
            zh = "超过 \(Self.mostListEntries) 项，清单至多如此"
            en = "has more than \(Self.mostListEntries) entries, the most of a list"
        } else if self.entries > Self.mostEntries {
            zh = "各清单合计超过 \(Self.mostEntries) 项，一个请求至多如此"
            en = "makes it more than \(Self.mostEntries) entries in all lists, the most of a request"
        } else if self.wire.count > Self.mostBytes {
            zh = "请求编码后超过 \(Self.mostBytes >> 20) MiB，至多如此"
            en = "makes the request larger than \(Self.mostBytes >> 20) MiB on the wire, the most of a request"
        } else {
            return
        }
        let line = self.cursor.text.prefix(self.cursor.offset).count { $0 == UInt8(ascii: "\n") } + 1
        let message = Language.said("\(zh)（第 \(line) 行）", "\(en) (line \(line))")
        throw Fault(steps: self.steps, message: message, isLimit: true)
    }

    private mutating func value(_ field: RequestSchema.Field) throws {
        self.wire.append(contentsOf: field.tag)
        switch field.kind {
        case .bool:
            if self.cursor.take(word: "true") {
                self.wire.append(1)
            } else if self.cursor.take(word: "false") {
                self.wire.append(0)
            } else {
                throw self.wrongType(wanted: Language.said("true 或 false", "true or false"))
            }
        case .int32: self.wire.append(varint: UInt64(bitPattern: try self.integer(Int64(Int32.min)...Int64(Int32.max))))
        case .int64: self.wire.append(varint: UInt64(bitPattern: try self.integer(.min ... .max)))
        case .string:
            guard self.cursor.byte == UInt8(ascii: "\"") else {
                throw self.wrongType(wanted: Language.said("字符串", "a string"))
            }
            let piece = try self.cursor.string()
            let start = self.wire.count
            guard self.cursor.append(piece, to: &self.wire) else {
                throw self.fault(
                    Language.said("含有半个代理对，不是字符", "holds half of a surrogate pair, which is no character")
                )
            }
            _ = self.wire.insertLength(at: start)
        case .enumeration(let place): try self.enumeration(self.schema.enumerations[place])
        case .message(let place):
            let start = self.wire.count
            try self.object(self.schema.messages[place])
            let length = self.wire.insertLength(at: start)
            if self.steps.count == 1, field.name == self.markedName { self.marked = start + length..<self.wire.count }
        case .other: throw self.fault(Language.said("不能以 JSON 给出", "cannot be given as JSON"))
        }
    }

    private mutating func integer(_ range: ClosedRange<Int64>) throws -> Int64 {
        let number: JSONInteger
        switch self.cursor.byte {
        case UInt8(ascii: "\""):
            var digits: [UInt8] = []
            let piece = try self.cursor.string()
            number =
                self.cursor.append(piece, to: &digits) ? digits.withUnsafeBufferPointer(JSONInteger.init) : .notWhole
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            number = JSONInteger(UnsafeBufferPointer(rebasing: self.cursor.text[try self.cursor.number()]))
        default: throw self.wrongType(wanted: Language.said("整数", "a whole number"))
        }
        switch number {
        case .value(let value) where range.contains(value): return value
        case .notWhole: throw self.fault(Language.said("不是整数", "is not a whole number"))
        case .outOfRange where range == Int64.min...Int64.max:
            throw self.fault(Language.said("超出 int64", "is too large for an int64"))
        default:
            throw self.fault(
                Language.said(
                    "不在 \(range.lowerBound) 至 \(range.upperBound) 之内",
                    "lies outside \(range.lowerBound) to \(range.upperBound)"
                )
            )
        }
    }

    private mutating func enumeration(_ enumeration: RequestSchema.Enumeration) throws {
        var found: Int32?
        switch self.cursor.byte {
        case UInt8(ascii: "\""):
            var name: [UInt8] = []
            let piece = try self.cursor.string()
            if self.cursor.append(piece, to: &name) {
                found = enumeration.values.first { $0.nameBytes == name }?.number
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = UnsafeBufferPointer(rebasing: self.cursor.text[try self.cursor.number()])
            if case .value(let number) = JSONInteger(digits) {
                found = enumeration.values.first { Int64($0.number) == number }?.number
            }
        default: break
        }
        guard let found else {
            let names = enumeration.values.map(\.name).joined(separator: ", ")
            var fault = self.fault(Language.said("须为其中之一：\(names)", "must be one of \(names)"))
            fault.unknown = .other
            throw fault
        }
        self.wire.append(varint: UInt64(bitPattern: Int64(found)))
    }

    // MARK: - Names

    private func place(of key: JSONCursor.Piece, in message: RequestSchema.Message, expected: Int) -> Int? {
        if key.hasEscapes {
            var name: [UInt8] = []
            guard self.cursor.append(key, to: &name) else { return nil }
            return message.fields.firstIndex { $0.nameBytes == name }
        }
        let name = UnsafeBufferPointer(rebasing: self.cursor.text[key.range])
        // Writers keep to the order of the .proto more often than not.
        var place = expected
        for _ in message.fields.indices {
            if place >= message.fields.count { place = 0 }
            let candidate = message.fields[place].nameBytes
            if candidate.count == name.count, candidate.elementsEqual(name) { return place }
            place += 1
        }
        return nil
    }

    // MARK: - Faults

    private func fault(_ message: String) -> Fault { Fault(steps: self.steps, message: message) }

    private func wrongType(wanted: String) -> any Error {
        let found: String
        switch self.cursor.byte {
        case UInt8(ascii: "{"): found = Language.said("对象", "an object")
        case UInt8(ascii: "["): found = Language.said("清单", "a list")
        case UInt8(ascii: "\""): found = Language.said("字符串", "a string")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): found = Language.said("数字", "a number")
        case UInt8(ascii: "t"), UInt8(ascii: "f"): found = Language.said("true 或 false", "true or false")
        case UInt8(ascii: "n"): found = "null"
        default: return self.cursor.unexpected(wanted: wanted)
        }
        return self.fault(Language.said("须为\(wanted)，而不是\(found)", "must be \(wanted), not \(found)"))
    }

    private mutating func unknownName(_ key: JSONCursor.Piece, in message: RequestSchema.Message) -> Fault {
        var bytes: [UInt8] = []
        _ = self.cursor.append(key, to: &bytes)
        // Long enough for every name of the contract; what is longer is cut, since it only goes into a message.
        let name = String(decoding: bytes.prefix(100), as: UTF8.self)
        let nearest = Suggestion.nearest(to: snakeCase(name), among: message.fields.map(\.name))
        // The facts of a measure are an object, whichever measure it is.
        let isObject = (try? self.cursor.colon()) != nil && self.cursor.byte == UInt8(ascii: "{")
        return Fault(
            steps: self.steps + [.name(name)],
            message: Language.said(
                "\(message.name) 没有此名称的字段\(nearest.map { "；是否指 \"\($0)\"？" } ?? "")",
                "no field of \(message.name) has this name\(nearest.map { "; did you mean \"\($0)\"?" } ?? "")"
            ),
            unknown: isObject && message.holdsFacts ? .measure : .other
        )
    }

    private func secondMember(
        _ message: RequestSchema.Message,
        _ field: RequestSchema.Field,
        oneof: Int,
        seenFrom base: Int
    ) -> Fault {
        let first = message.fields.indices.first {
            self.seen[base + $0] && message.fields[$0].oneof == oneof && message.fields[$0].name != field.name
        }
        let names = [first.map { message.fields[$0].name }, field.name].compactMap(\.self)
            .joined(separator: Language.said(" 和 ", " and "))
        return Fault(
            steps: self.steps.dropLast() + [.name(message.oneofs[oneof])],
            message: Language.said("含有 \(names)；请只给其一", "holds \(names); give one of them")
        )
    }
}

/// `unifiedSocialCreditCode` as the .proto would write it, so that the right name is suggested for it.
private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
}

extension [UInt8] {
    /// Puts the length of what has been appended since `start` in front of it.
    ///
    /// - Returns: The bytes that the length takes.
    fileprivate mutating func insertLength(at start: Int) -> Int {
        let length = self.count - start
        if length < 0x80 {
            self.insert(UInt8(length), at: start)
            return 1
        }
        var varint: [UInt8] = []
        varint.append(varint: UInt64(length))
        self.insert(contentsOf: varint, at: start)
        return varint.count
    }
}
