//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text on its way into an arena.
extension Arena {
    /// Why bytes are no text.
    package enum TextFault: Error, BitwiseCopyable {
        case notUTF8
        case holdsNUL
        /// The bytes are well, and the arena has too little left.
        case exhausted

        /// What the peer is told, as a decoder tells it.
        package var message: String {
            switch self {
            case .notUTF8: "must be valid UTF-8"
            case .holdsNUL: "must hold no NUL character"
            case .exhausted: "needs more memory than a call may take"
            }
        }
    }

    /// Copies a text and puts NULs behind it up to a multiple of eight bytes, as a decoder lays texts.
    ///
    /// - Returns: Its address, good until the next reset.
    package func text(_ bytes: UnsafeRawBufferPointer) throws(TextFault) -> UnsafePointer<CChar> {
        guard let room = self.allocate((bytes.count &+ 8) & ~7) else { throw .exhausted }
        let start = (bytes.baseAddress ?? UnsafeRawPointer(room)).assumingMemoryBound(to: UInt8.self)
        switch TextCheck.copy(start, start + bytes.count, to: room) {
        case .valid: return UnsafePointer(room.assumingMemoryBound(to: CChar.self))
        case .notUTF8: throw .notUTF8
        case .holdsNUL: throw .holdsNUL
        }
    }
}
