//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

extension Suggestion {
    /// `; did you mean "subject"?`, or nothing where no candidate is near.
    package static func suffix(for name: String, among candidates: some Sequence<String>) -> Text {
        guard let nearest = self.nearest(to: name, among: candidates) else { return Text(zh: "", en: "") }
        return Text(zh: "；您是指“\(nearest)”吗？", en: "; did you mean \"\(nearest)\"?")
    }
}
