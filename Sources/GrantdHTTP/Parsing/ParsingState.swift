//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CNIOLLHTTP
internal import NIOCore

/// What is kept of a request while llhttp calls: one callback each. Zero has it go on.
struct ParsingState {
    private(set) var text = HeadText()
    /// What is wrong with a head that could be parsed.
    private(set) var fault: HTTPFault?
    private(set) var isMessageComplete = false
    private(set) var isBodyTooLarge = false
    /// Bytes of the body so far.
    private(set) var bodyBytes = 0
    var mostBodyBytes = 0
    /// The body, where it came in more than one piece.
    private(set) var body = ByteBuffer()
    /// The first byte of what is parsed.
    var start: UnsafeRawPointer?

    private let limits: HTTPLimits
    /// Of the head's texts, and of those of trailers.
    private var headBytes = 0
    private var fields = 0
    private var isHeadComplete = false
    /// The name of the header that comes, as far as a name may be that bears on the service.
    private var name = InlineArray<32, UInt8>(repeating: 0)
    private var nameBytes = 0
    /// The field whose value comes; nil for one that does not bear on the service.
    private var field: HeaderField?
    /// Where in ``text`` what comes begins.
    private var textStart = 0
    /// The body, where all of it lies in what is parsed.
    private var span: UnsafeRawBufferPointer?

    init(_ limits: HTTPLimits) {
        self.limits = limits
    }

    /// The state of the parser that calls.
    @inline(__always)
    static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> UnsafeMutablePointer<ParsingState> {
        // Set before the parser is used, and as long as it is.
        parser.unsafelyUnwrapped.pointee.data.assumingMemoryBound(to: ParsingState.self)
    }

    private static let goOn: CInt = 0
    private static let stop = CInt(HPE_PAUSED.rawValue)
    private static let fail = CInt(HPE_USER.rawValue)

    // MARK: - Head

    mutating func messageBegins() -> CInt {
        self.text.clear()
        self.fault = nil
        self.isMessageComplete = false
        self.isHeadComplete = false
        self.headBytes = 0
        self.fields = 0
        self.bodyBytes = 0
        self.nameBytes = 0
        self.field = nil
        return Self.goOn
    }

    mutating func targetArrives(_ start: UnsafePointer<CChar>?, _ count: Int) -> CInt {
        guard self.takeIn(count) else { return Self.fail }
        self.text.append(UnsafeRawBufferPointer(start: start, count: count))
        self.text.setTarget(from: 0)
        return Self.goOn
    }

    mutating func nameArrives(_ start: UnsafePointer<CChar>?, _ count: Int) -> CInt {
        if self.nameBytes == 0 {
            self.fields += 1
            if self.fields > self.limits.headers { return self.refuse(.headTooLarge) }
        }
        guard self.takeIn(count) else { return Self.fail }
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        var index = 0
        while index < count, self.nameBytes &+ index < self.name.count {
            self.name[self.nameBytes &+ index] = bytes[index]
            index &+= 1
        }
        self.nameBytes += count
        return Self.goOn
    }

    mutating func nameEnds() -> CInt {
        self.textStart = self.text.end
        self.field = nil
        // Those behind the body bear on nothing.
        if !self.isHeadComplete, self.nameBytes <= HeaderField.longestName {
            self.field = withUnsafeBytes(of: self.name) {
                HeaderField.find(UnsafeRawBufferPointer(rebasing: $0[..<self.nameBytes]))
            }
        }
        self.nameBytes = 0
        return Self.goOn
    }

    mutating func valueArrives(_ start: UnsafePointer<CChar>?, _ count: Int) -> CInt {
        guard self.takeIn(count) else { return Self.fail }
        if self.field != nil { self.text.append(UnsafeRawBufferPointer(start: start, count: count)) }
        return Self.goOn
    }

    mutating func valueEnds() -> CInt {
        guard let field = self.field else { return Self.goOn }
        if self.text.has(field) {
            switch field.repetition {
            case .lastTaken: break
            case .firstTaken: return Self.goOn
            // Told once the head is whole: a wrong version goes before it.
            case .refused: self.fault = self.fault ?? HTTPFault(400, "a header stands twice that may stand once")
            }
        }
        self.text.set(field, from: self.textStart)
        return Self.goOn
    }

    mutating func headEnds() -> CInt {
        self.isHeadComplete = true
        return Self.stop
    }

    /// Whether so many bytes more fit.
    private mutating func takeIn(_ count: Int) -> Bool {
        self.headBytes += count
        guard self.headBytes <= self.limits.headBytes else {
            self.fault = .headTooLarge
            return false
        }
        return true
    }

    private mutating func refuse(_ fault: HTTPFault) -> CInt {
        self.fault = fault
        return Self.fail
    }

    // MARK: - Body

    /// Judges a chunk by the length that it tells, before its bytes come.
    mutating func chunkBegins(_ count: UInt64) -> CInt {
        guard count <= UInt64(max(0, self.mostBodyBytes - self.bodyBytes)) else {
            self.isBodyTooLarge = true
            return Self.fail
        }
        return Self.goOn
    }

    mutating func bodyArrives(_ start: UnsafePointer<CChar>?, _ count: Int) -> CInt {
        self.bodyBytes += count
        guard self.bodyBytes <= self.mostBodyBytes else {
            self.isBodyTooLarge = true
            return Self.fail
        }
        let piece = UnsafeRawBufferPointer(start: start, count: count)
        if self.span == nil, self.body.readableBytes == 0 {
            self.span = piece
        } else {
            self.keepBody()
            self.body.writeBytes(piece)
        }
        return Self.goOn
    }

    mutating func messageEnds() -> CInt {
        self.isMessageComplete = true
        return Self.stop
    }

    /// Copies what came of the body: the bytes that were parsed go away.
    mutating func keepBody() {
        guard let span = self.span else { return }
        self.span = nil
        self.body.writeBytes(span)
    }

    /// The body of a request that is whole.
    ///
    /// - Parameter bytes: what was parsed, from its reader index on.
    mutating func takeBody(from bytes: ByteBuffer) -> ByteBuffer {
        defer { self.release() }
        if let span = self.span, let first = span.baseAddress, let origin = self.start {
            // No copy: it lies in what came in.
            return bytes.getSlice(at: bytes.readerIndex + (first - origin), length: span.count) ?? ByteBuffer()
        }
        return self.body
    }

    mutating func release() {
        self.span = nil
        self.body = ByteBuffer()
    }
}
