//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a call is found again by in the logs: its caller's own id, or one that the daemon made.
package enum RequestID: Sendable, Hashable {
    /// None was given.
    case none
    /// brpc's `log_id`.
    case number(Int64)
    /// What the caller wrote, looked over by ``init(_:)``.
    case text(String)
    /// What the daemon made: what is its event loop's alone, and a number.
    case made(UInt64, UInt64)

    /// The most bytes of an id.
    package static let mostBytes = 128

    /// Takes what a caller wrote.
    ///
    /// - Returns: nil for what is not 1 to 128 bytes of visible ASCII: it is not to be written into headers and logs.
    package init?(_ bytes: some Collection<UInt8>) {
        guard (1...Self.mostBytes).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self = .text(String(decoding: bytes, as: UTF8.self))
    }

    /// Writes the id, in visible ASCII; nothing where there is none.
    ///
    /// - Parameter buffer: at least ``mostBytes`` long.
    /// - Returns: how many bytes were written.
    package func write(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch self {
        case .none: return 0
        case .number(let number): return Self.write(String(number), into: buffer)
        case .text(let text): return Self.write(text, into: buffer)
        case .made(let maker, let number):
            for place in 0..<16 { buffer[place] = Self.digit(maker &>> UInt64(60 - 4 * place)) }
            buffer[16] = UInt8(ascii: "-")
            let digits = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
            for place in 0..<digits {
                buffer[17 + place] = Self.digit(number &>> UInt64(4 * (digits - 1 - place)))
            }
            return 17 + digits
        }
    }

    private static func write(_ text: String, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            let count = min(bytes.count, buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]))
            return count
        }
    }

    private static func digit(_ number: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: number & 0xF)
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}

extension RequestID: CustomStringConvertible {
    package var description: String {
        withUnsafeTemporaryAllocation(byteCount: Self.mostBytes, alignment: 1) { buffer in
            String(decoding: buffer[..<self.write(into: buffer)], as: UTF8.self)
        }
    }
}

/// Makes ids for the calls of one thread that came without. No two of any daemon are alike, as far as chance allows.
package struct RequestIDMaker {
    private let maker = UInt64.random(in: .min ... .max)
    private var last: UInt64 = 0

    package init() {}

    /// The next one.
    package mutating func next() -> RequestID {
        self.last &+= 1
        return .made(self.maker, self.last)
    }
}
