//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// A text that a test counts on, and that is not there.
struct MissingText: Error, CustomStringConvertible {
    let file: String
    let text: String

    var description: String { "\(self.file) has no \(self.text)" }
}

extension String {
    /// Puts texts in place of the first of others, one after the other; each must be there.
    ///
    /// - Parameter file: What the text is called in an error.
    mutating func replaceFirst(_ edits: [(old: String, new: String)], of file: String) throws {
        for edit in edits {
            guard let range = self.range(of: edit.old) else { throw MissingText(file: file, text: edit.old) }
            self.replaceSubrange(range, with: edit.new)
        }
    }
}
