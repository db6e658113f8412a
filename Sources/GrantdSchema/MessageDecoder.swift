//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Decodes messages that a peer sent into protobuf-c's own structs, and finds what would pass in silence: one walk over the
/// bytes does both.
///
/// The walk, led by a ``DecodingPlan``, refuses
/// - bytes that are no protobuf message, groups, and values laid out otherwise than their field's type wants;
/// - strings that are not UTF-8 or hold a NUL (protobuf-c would cut them off there);
/// - numbers that an enum does not have (protobuf-c keeps them, other runtimes drop them), and numbers that an int32
///   cannot hold (the protobuf runtimes cut them to 32 bits, which makes another number of them: refused here);
/// - two different members of a oneof (all runtimes keep the last one), and a message that is no entry of a list and comes
///   twice (protobuf merges the two, protobuf-c drops the first of a oneof: no well-kept encoder sends one);
/// - fields that the contract does not have, unless they are to be passed over;
/// - required fields that are missing; lists that are too long; messages nested too deep.
///
/// A scalar that comes twice: the last one counts. Fields come in any order, and lists of numbers in one piece or in many.
/// What is not refused becomes what protobuf-c's own unpacker makes of it, save that unknown fields are not kept.
///
/// One for each kind of request and event loop: it keeps its working memory. The plan may be shared.
package final class MessageDecoder {
    /// Why there is no message.
    package enum Failure: Error, Hashable, Sendable {
        /// The bytes are at fault.
        case fault(WireFault)
        /// The bytes are well, and the arena has too little left for what they hold.
        case exhausted
    }

    /// A message under way.
    struct Frame: BitwiseCopyable {
        let message: UnsafeMutablePointer<DecodingPlan.Message>
        /// Its struct. It remembers what came: addresses of messages, counts of lists, the oneof's number.
        let place: UnsafeMutableRawPointer
        let depth: Int
        /// Where messages, texts and lists are laid; `nil` where the bytes are only looked over.
        let memory: UnsafeMutablePointer<Arena.State>?
    }

    /// What the walk met.
    enum Cause {
        case ends
        case group
        case wireType(DecodingPlan.Value)
        case text(TextCheck)
        case int32
        case enumeration(Int32)
        case twoMembers(message: Int32, first: UInt32, second: UInt32)
        case missing
        /// A message that is no entry of a list came again.
        case twice
        /// The contract has no such field in the message.
        case unknown(message: Int32, number: UInt32)
        case tooMany
        case tooDeep
        case exhausted
    }

    static let maximumDepth = 16

    let plan: DecodingPlan
    // The plan's own.
    let messages: UnsafeMutablePointer<DecodingPlan.Message>
    let enumerations: UnsafeMutablePointer<DecodingPlan.Enumeration>
    let root: Int
    let maximumEntries: Int
    let passesUnknownFields: Bool
    let transparentField: UInt32
    private let hasOpaqueFields: Bool
    /// For each depth a bit for each required field, in words of 64; `nil` where no message has one.
    let seen: UnsafeMutablePointer<UInt64>?
    let seenStride: Int
    /// For each depth a struct that is only looked at while the walk is under way, and behind them room for one value; made
    /// when bytes are first looked over without being decoded.
    private var scratch: UnsafeMutableRawPointer?
    let scratchStride: Int
    // Of the walk that found something: what, and the way to it, the innermost name first.
    var cause: Cause?
    var path: [String] = []

    /// - Parameters:
    ///   - type: The outermost message.
    ///   - plan: One that has the type, to be shared; where it is `nil`, or has not, one is made.
    ///   - transparent: A field of the message that paths leave out: the `application` of a request.
    ///   - opaque: Fields of it whose bytes are not looked into, because they are decoded singly later. With any, a plan is
    ///     made for this decoder alone. They stay unset in what is decoded.
    ///   - maximumEntries: The most entries of any list.
    ///   - passesUnknownFields: Whether fields that the contract does not have are passed over, and not refused.
    package init(
        _ type: MessageType,
        plan: DecodingPlan? = nil,
        transparent: String? = nil,
        opaque: Set<String> = [],
        maximumEntries: Int = 10_000,
        passesUnknownFields: Bool = false
    ) {
        if opaque.isEmpty, let plan, let root = plan.index(of: type) {
            self.plan = plan
            self.root = root
        } else {
            self.plan = DecodingPlan([type], opaque: opaque)
            self.root = 0
        }
        self.messages = self.plan.messages
        self.enumerations = self.plan.enumerations
        self.passesUnknownFields = passesUnknownFields
        self.transparentField = transparent.flatMap { type.field(named: $0)?.number } ?? 0
        self.hasOpaqueFields = !opaque.isEmpty
        self.maximumEntries = maximumEntries
        let messages = UnsafeBufferPointer(start: self.plan.messages, count: self.plan.messageTypes.count)
        self.seenStride = ((messages.map(\.requiredCount).max() ?? 0) + 63) / 64
        self.seen = self.seenStride == 0 ? nil : .allocate(capacity: self.seenStride * (Self.maximumDepth + 1))
        self.scratchStride = ((messages.map(\.size).max() ?? 0) + 15) & ~15
    }

    deinit {
        self.seen?.deallocate()
        self.scratch?.deallocate()
    }

    /// Looks over the bytes of a message without keeping anything of it.
    ///
    /// - Throws: What is wrong, the first thing that the walk meets.
    package func validate(_ bytes: UnsafeRawBufferPointer) throws(WireFault) {
        if self.walkAll(bytes, memory: nil) == nil { throw self.takeFault() }
    }

    /// Decodes a message into the arena.
    ///
    /// - Returns: A view that is good until the arena is reset.
    /// - Throws: What is wrong with the bytes, the first thing that the walk meets; that the arena is exhausted only where
    ///   nothing is wrong with them.
    package func decode(_ bytes: UnsafeRawBufferPointer, into arena: Arena) throws(Failure) -> MessageView {
        if let message = self.walkAll(bytes, memory: arena.state) { return MessageView(UnsafeRawPointer(message)) }
        if case .exhausted? = self.cause {
            _ = self.takeFault()
            // What is wrong may stand further on, and matters more.
            guard self.walkAll(bytes, memory: nil) == nil else { throw .exhausted }
        }
        throw .fault(self.takeFault())
    }

    /// - Returns: The message's struct; `nil` where the walk met a fault.
    private func walkAll(
        _ bytes: UnsafeRawBufferPointer,
        memory: UnsafeMutablePointer<Arena.State>?
    ) -> UnsafeMutableRawPointer? {
        let place = self.walk(WireReader(bytes), Int32(truncatingIfNeeded: self.root), depth: 0, memory)
        if self.hasOpaqueFields, let place { self.clearOpaqueLists(place) }
        return place
    }

    /// Opaque lists were counted, and have no entries.
    private func clearOpaqueLists(_ place: UnsafeMutableRawPointer) {
        let message = self.messages[self.root]
        for index in 0..<message.fieldCount {
            let field = message.fields[index]
            guard field.action == .opaque, field.label == .repeated else { continue }
            place.storeBytes(of: 0, toByteOffset: Int(field.quantifier), as: Int.self)
        }
    }

    /// Room for a struct that is only looked at during the walk; behind the last depth, for one value.
    func scratchPlace(_ depth: Int) -> UnsafeMutableRawPointer {
        (self.scratch ?? self.makeScratch()) + depth &* self.scratchStride
    }

    @inline(never)
    private func makeScratch() -> UnsafeMutableRawPointer {
        let size = self.scratchStride * (Self.maximumDepth + 1) + MemoryLayout<(UInt, UInt)>.size
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        self.scratch = scratch
        return scratch
    }

    @inline(never)
    func fail(_ cause: Cause) -> Bool {
        self.cause = cause
        return false
    }
}
