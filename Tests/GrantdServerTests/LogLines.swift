//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Logging
internal import Synchronization

/// Keeps what is logged.
final class LogLines: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: Logger.Metadata

        /// All of it in one line.
        var text: String { "\(self.level) \(self.message) \(self.metadata)" }

        /// The value as text.
        subscript(key: String) -> String? { self.metadata[key]?.description }
    }

    private let lines = Mutex<[Line]>([])
    private let level: Logger.Level

    /// - Parameter level: what is kept: this level and those above it.
    init(level: Logger.Level = .info) {
        self.level = level
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self, logLevel: self.level) } }

    /// What was logged since the last time.
    func take() -> [Line] {
        self.lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        init(lines: LogLines, logLevel: Logger.Level) {
            self.lines = lines
            self.logLevel = logLevel
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level,
                message: event.message.description,
                metadata: event.metadata ?? [:]
            )
            self.lines.lines.withLock { $0.append(line) }
        }
    }
}
