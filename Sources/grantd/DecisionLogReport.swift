//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import Logging

/// Tells the operator what becomes of the log of decisions.
struct DecisionLogReport: Sendable {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    func tell(_ event: DecisionLogEvent) {
        switch event {
        case .opened(let directory, let segment, let entries):
            self.logger.info(
                "decision log opened",
                metadata: [
                    "directory": "\(directory)", "segment": "\(segment)",
                    "entries_before": .stringConvertible(entries),
                ]
            )
        case .cut(let segment, let bytes, let kept):
            self.logger.warning(
                "decision log cut: its end was no whole entry",
                metadata: ["segment": "\(segment)", "bytes": .stringConvertible(bytes), "kept": "\(kept)"]
            )
        case .policies(let digest, let programmes):
            self.logger.info(
                "decision log names policies",
                metadata: ["digest": "\(digest)", "programmes": .stringConvertible(programmes)]
            )
        case .closed(let segment, let lastEntry, let chain):
            self.logger.info(
                "decision log segment closed",
                metadata: ["segment": "\(segment)", "last": "\(lastEntry):\(chain)"]
            )
        case .deleted(let segment):
            self.logger.info("decision log segment deleted", metadata: ["segment": "\(segment)"])
        case .failing(let reason, let full):
            self.logger.error(
                "decision log cannot be written",
                metadata: ["problem": "\(reason)", "answers": full == .wait ? "wait" : "go unlogged"]
            )
        case .recovered:
            self.logger.info("decision log is written again")
        case .notSynced(let reason):
            self.logger.error(
                "decision log is not put on the disk, which is asked again: a power cut may lose what was written",
                metadata: ["problem": "\(reason)"]
            )
        case .synced:
            self.logger.info("decision log is put on the disk again")
        case .lost(let bytes):
            self.logger.error("decision log not written to its end", metadata: ["bytes": .stringConvertible(bytes)])
        }
    }
}
