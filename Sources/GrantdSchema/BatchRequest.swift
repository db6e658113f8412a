//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The bytes of an `EvaluateBatchRequest`, looked over on the outside: its applications are handed out one by one, each
/// still encoded, so that an arena need hold one at a time and a bad one spoils itself alone.
package struct BatchRequest: BitwiseCopyable {
    /// How many applications it holds.
    package let count: Int
    /// A number of `grantd.v1.Stage.Value`.
    package let stage: Int32
    package let assumesUnsetBarsAbsent: Bool
    /// A number of `grantd.v1.Explain.Level`.
    package let explain: Int32
    package let usesLedger: Bool
    // Behind the application that was handed out last.
    private var reader: WireReader

    /// - Parameters:
    ///   - bytes: The whole request; they must outlive the value, and stay where they are.
    ///   - decoder: From ``makeDecoder(_:)``.
    /// - Throws: What is wrong on the outside: nothing of what is in the applications.
    package init(_ bytes: UnsafeRawBufferPointer, decoder: MessageDecoder) throws(WireFault) {
        self.reader = WireReader(bytes)
        var count = 0
        // Encoders write fields by number: applications come first, and of each only the length matters here.
        var rest = self.reader
        while true {
            var next = rest
            guard next.passes(tag: Self.applicationsTag, mask: 0xFF, length: 1), next.lengthDelimited() != nil else {
                break
            }
            rest = next
            count &+= 1
        }
        do {
            try decoder.validate(rest.bytes)
        } catch {
            // As of the whole, in which an entry that is at fault has its number.
            try decoder.validate(bytes)
        }
        var stage: UInt64 = 0
        var assumes: UInt64 = 0
        var explain: UInt64 = 0
        var scan = rest
        var usesLedger: UInt64 = 0
        while let tag = scan.tag() {
            switch (tag.field, tag.wireType) {
            case (Self.applications, 2): count += scan.lengthDelimited() == nil ? 0 : 1
            case (2, 0): stage = scan.varint() ?? 0
            case (3, 0): assumes = scan.varint() ?? 0
            case (4, 0): explain = scan.varint() ?? 0
            case (5, 0): usesLedger = scan.varint() ?? 0
            default: _ = scan.skip(wireType: tag.wireType)
            }
        }
        self.count = count
        self.stage = Int32(truncatingIfNeeded: stage)
        self.assumesUnsetBarsAbsent = assumes != 0
        self.explain = Int32(truncatingIfNeeded: explain)
        self.usesLedger = usesLedger != 0
    }

    /// The next application's bytes, `nil` after the last one. They have still to be validated.
    package mutating func next() -> UnsafeRawBufferPointer? {
        while let tag = self.reader.tag() {
            if tag.field == Self.applications, tag.wireType == 2 {
                return self.reader.lengthDelimited()?.bytes
            }
            if !self.reader.skip(wireType: tag.wireType) { return nil }
        }
        return nil
    }

    /// A decoder for `EvaluateBatchRequest`: it does not look into the applications.
    package static func makeDecoder(_ type: MessageType) -> MessageDecoder {
        // A batch's own limit is lower; the caller knows it, and which one holds.
        MessageDecoder(type, opaque: ["applications"], maximumEntries: 1 << 22)
    }

    private static let applications: UInt32 = 1
    private static let applicationsTag: UInt16 = 1 << 3 | 2
}
