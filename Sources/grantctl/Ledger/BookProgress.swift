//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// How far a long work on a book has come, on one line of a terminal; nothing anywhere else.
final class BookProgress {
    private let zh: String
    private let en: String
    private let began: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant
    private var isShown = false

    /// - Parameters:
    ///   - zh: What is done, as in `已核对`.
    ///   - en: The same, as in `checked`.
    init(_ zh: String, _ en: String) {
        self.zh = zh
        self.en = en
        self.began = .now
        self.shown = .now
    }

    func show(_ done: Int64, of all: Int64) {
        guard isatty(STDERR_FILENO) == 1, ContinuousClock.now - self.shown > .milliseconds(200) else { return }
        self.shown = .now
        self.isShown = true
        try? Output.write(
            Array("\r\u{1B}[K\(self.line(done, of: all, after: .now - self.began))".utf8),
            to: STDERR_FILENO
        )
    }

    /// `已核对 1,000 / 4,000，约余 3 秒`.
    func line(_ done: Int64, of all: Int64, after time: Duration) -> String {
        let numbers = "\(Money.grouped(done)) / \(Money.grouped(all))"
        guard done > 0, all >= done else { return Language.said("\(self.zh) \(numbers)", "\(self.en) \(numbers)") }
        let passed = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let left = Int64((passed / Double(done) * Double(all - done)).rounded(.up))
        return Language.said(
            "\(self.zh) \(numbers)，约余 \(Money.grouped(left)) 秒",
            "\(self.en) \(numbers), about \(Money.grouped(left)) s left"
        )
    }

    /// Takes the line away.
    func end() {
        if self.isShown { try? Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO) }
        self.isShown = false
    }
}
