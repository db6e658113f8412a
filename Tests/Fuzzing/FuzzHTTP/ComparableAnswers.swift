//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What was answered, without what differs between two answers to the same request: the time, the ids that requests without one are
/// given, and the word to go on, which is for those alone who have not sent their body.
enum ComparableAnswers {
    private static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    private static let changing = ["\r\ndate: ", "\r\nx-request-id: "].map { Array($0.utf8) }

    static func of(_ answers: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(answers.count)
        var rest = answers[...]
        while let first = rest.first {
            if first == UInt8(ascii: "H"), rest.starts(with: self.goOn) {
                rest = rest.dropFirst(self.goOn.count)
            } else if first == UInt8(ascii: "\r"), let name = self.changing.first(where: { rest.starts(with: $0) }) {
                kept += name
                rest = rest.dropFirst(name.count).drop { $0 != UInt8(ascii: "\r") }
            } else {
                kept.append(first)
                rest = rest.dropFirst()
            }
        }
        return kept
    }
}
