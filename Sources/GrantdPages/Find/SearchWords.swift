//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// What is searched for: every one of these words must stand somewhere among a measure's.
struct SearchWords {
    /// Lower-case; at most eight.
    private let words: [[UInt8]]

    init(_ text: String) {
        self.words = Self.folded(text).split { $0.isWhitespace }.prefix(8).map { Array($0.utf8) }
    }

    func match(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { hay in
            self.words.allSatisfy { word in word.withUnsafeBufferPointer { Self.contains(hay, $0) } }
        }
    }

    private static func contains(_ hay: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard var place = hay.baseAddress, let needle = word.baseAddress, let first = word.first else {
            return word.isEmpty
        }
        let end = place + hay.count
        while end - place >= word.count {
            guard let hit = memchr(place, Int32(first), end - place - word.count + 1) else { return false }
            place = UnsafePointer(hit.assumingMemoryBound(to: UInt8.self))
            if memcmp(place, needle, word.count) == 0 { return true }
            place += 1
        }
        return false
    }

    /// In small letters, and digits and letters of full width as those of half.
    static func folded(_ text: String) -> String { self.halfWidth(text.lowercased()).lowercased() }

    /// Digits and letters of full width as those of half, without spaces at either end.
    static func halfWidth(_ text: String) -> String {
        var half = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: half.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000: half.append(" ")
            default: half.unicodeScalars.append(scalar)
            }
        }
        let start = half.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
