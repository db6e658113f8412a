//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

/// Writes the daemon's log lines, as text or JSON, to a sink.
///
/// What may be logged: addresses, counts, codes, the names of services and policy files. Never a payload, a field's
/// value or a message that quotes one.
package struct GrantdLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    private let format: LogFormat
    private let sink: LogSink

    /// Makes a handler.
    package init(level: Logger.Level = .info, format: LogFormat = .text, sink: LogSink = .standardError) {
        self.logLevel = level
        self.format = format
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let more = event.metadata { metadata.merge(more) { _, new in new } }
        if let error = event.error { metadata["error"] = "\(error)" }
        self.sink.write(
            self.format.line(
                time: LogFormat.now(),
                level: event.level,
                message: event.message.description,
                metadata: metadata
            ),
            self.format
        )
    }
}
