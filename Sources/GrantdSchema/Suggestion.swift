//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds the name that was probably meant.
package enum Suggestion {
    /// Longer names are not compared: the work grows with the square of the length.
    private static let longest = 64
    /// More candidates are not compared.
    private static let mostCandidates = 500

    /// The candidate that differs least, if it differs by no more than a third of its letters.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, wanted.count <= self.longest else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(self.mostCandidates) {
            let letters = Array(candidate.utf8)
            guard letters.count <= self.longest else { continue }
            let allowed = max(1, min(wanted.count, letters.count) / 3)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = self.distance(wanted, letters)
            guard distance <= allowed, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// How many letters must be put in, left out, changed or swapped with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        var current = last
        for row in left.indices {
            current[0] = row + 1
            for column in right.indices {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(last[column + 1] + 1, current[column] + 1, change)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current[column + 1] = least
            }
            swap(&beforeLast, &last)
            swap(&last, &current)
        }
        return last[right.count]
    }
}
