//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy

/// Which files decide: the body of an entry of policies, as lines of text.
package struct PolicyListing: Sendable, Hashable {
    package struct Programme: Sendable, Hashable {
        package let id: String
        /// The SHA-256 of its file, 64 hexadecimal digits.
        package let file: String

        package init(id: String, file: String) {
            self.id = id
            self.file = file
        }
    }

    package let engineVersion: String
    /// By id.
    package let programmes: [Programme]
    /// The SHA-256 of the working calendar's file, and of the register of documents.
    package let calendar: String
    package let register: String
    /// The fields that were masked, as they were given.
    package let masks: [String]

    package init(_ policies: PolicySet, masks: [String] = []) {
        self.engineVersion = EngineVersion.current
        self.programmes = policies.programmes.map { Programme(id: $0.id, file: $0.fileDigest) }
        self.calendar = PolicyDigest.of(policies.references.calendarFile.bytes)
        self.register = PolicyDigest.of(policies.references.registerFile.bytes)
        self.masks = masks
    }

    /// Reads a body; nil where it is none.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var engine: String?
        var programmes: [Programme] = []
        var calendar: String?
        var register: String?
        var masks: [String] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("engine", 2): engine = words[1]
            case ("programme", 3) where PolicyDigest.isDigest(words[2]):
                programmes.append(Programme(id: words[1], file: words[2]))
            case ("calendar", 2) where PolicyDigest.isDigest(words[1]): calendar = words[1]
            case ("register", 2) where PolicyDigest.isDigest(words[1]): register = words[1]
            case ("mask", 2): masks.append(words[1])
            default: return nil
            }
        }
        guard let engine, let calendar, let register else { return nil }
        self.engineVersion = engine
        self.programmes = programmes
        self.calendar = calendar
        self.register = register
        self.masks = masks
    }

    /// The body.
    package var bytes: [UInt8] {
        var lines = ["engine \(self.engineVersion)"]
        lines += self.programmes.map { "programme \($0.id) \($0.file)" }
        lines += ["calendar \(self.calendar)", "register \(self.register)"]
        lines += self.masks.map { "mask \($0)" }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// Names the files, whatever the engine and the masks: the SHA-256 of their lines, 64 hexadecimal digits.
    package var digest: String {
        let lines = self.programmes.map { "\($0.id) \($0.file)\n" } + ["\(self.calendar)\n\(self.register)\n"]
        return PolicyDigest.of(Array(lines.joined().utf8))
    }
}
