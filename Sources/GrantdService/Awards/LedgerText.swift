//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// What texts the book takes besides those of applications.
enum LedgerText {
    /// A key or a run's name: 1 to 128 visible ASCII characters.
    static func name(_ bytes: [UInt8]?, field: String) throws(CallError) -> String? {
        guard let bytes else { return nil }
        guard (1...128).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badRequest("1 to 128 visible ASCII characters are wanted", field: field)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An envelope's id: 1 to 64 small letters, digits, dots, hyphens and underscores.
    static func isEnvelopeID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "._-".utf8.contains($0)
            }
    }

    /// A sum as messages tell it.
    static func fen(_ fen: Int64) -> String {
        let rest = fen % 100
        return "\(fen) fen (\(fen / 100).\(rest < 10 ? "0" : "")\(rest) yuan)"
    }
}

extension CallError {
    /// What a caller is told where the book could not be read or written.
    init(_ fault: LedgerFault) {
        self.init(code: fault.isTransient ? 2003 : 2001, message: "the book of awards: \(fault.message)")
    }
}
