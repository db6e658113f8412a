//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdCEL

/// A moment as it is typed: a day, or a day and a time of it, in UTC.
struct LogTime: ExpressibleByArgument, Equatable {
    /// Since 1970.
    let milliseconds: Int64

    init?(argument: String) {
        let parts = argument.split(separator: "T", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let day = CivilDate(String(parts[0])) else { return nil }
        var seconds = day.days * 86_400
        if parts.count == 2 {
            let time = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
            let numbers = time.split(separator: ":", omittingEmptySubsequences: false).map { part in
                part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(part) : nil
            }
            guard (2...3).contains(numbers.count), let hour = numbers[0], let minute = numbers[1], hour < 24,
                minute < 60
            else { return nil }
            var second: Int64 = 0
            if numbers.count == 3 {
                guard let given = numbers[2], given < 60 else { return nil }
                second = given
            }
            seconds += hour * 3_600 + minute * 60 + second
        }
        self.milliseconds = seconds * 1000
    }
}
