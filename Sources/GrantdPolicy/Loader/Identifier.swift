//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The spelling of ids and names.
enum Identifier {
    /// Longer ids are refused.
    static let longest = 64

    /// `kebab-case`: lower-case letters and digits, parted by single hyphens, a letter first.
    static func isKebab(_ text: String) -> Bool {
        guard text.utf8.count <= self.longest, let first = text.utf8.first, (0x61...0x7A).contains(first) else {
            return false
        }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7A, 0x30...0x39: break
            case 0x2D where previous != 0x2D: break
            default: return false
            }
            previous = byte
        }
        return previous != 0x2D
    }

    /// `snake_case`: a name that an expression can use.
    static func isSnake(_ text: String) -> Bool {
        guard text.utf8.count <= self.longest, let first = text.utf8.first, (0x61...0x7A).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    /// The text as a member of the contract's `facts`: `medical-device.test-time` is `medical_device_test_time`.
    static func member(ofMeasure id: String) -> String {
        String(id.map { $0 == "-" || $0 == "." ? "_" : $0 })
    }

    /// The text as the name of a message: `green-factory` and `green_factory` are `GreenFactory`.
    static func camel(_ text: String) -> String {
        text.split { $0 == "-" || $0 == "_" || $0 == "." }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
