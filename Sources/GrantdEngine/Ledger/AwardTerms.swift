//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What an `AwardRequest`, or a whole `AwardBatchRequest`, asks beside its applications.
package struct AwardTerms: Sendable, Hashable {
    var stage: Stage
    var assumesUnsetBarsAbsent: Bool
    /// Whether the reasoning is to be told.
    package var explains: Bool
    /// Whether awards are held and not committed.
    package var reserves: Bool
    /// How long they are held.
    package var reserveSeconds: Int32?
    /// As it was sent.
    package var runID: [UInt8]?
    package var isDryRun: Bool

    var options: EvaluationOptions {
        EvaluationOptions(
            stage: self.stage,
            assumesUnsetBarsAbsent: self.assumesUnsetBarsAbsent,
            explains: self.explains
        )
    }

    /// Where they lie in a request.
    struct Layout {
        private let stage: ScalarPlace
        private let assumesUnsetBarsAbsent: ScalarPlace
        private let explain: ScalarPlace
        private let hold: ScalarPlace
        private let reserveSeconds: ScalarPlace
        private let runID: AddressPlace
        private let dryRun: ScalarPlace

        init(_ type: MessageType) {
            self.stage = type.scalar("stage")
            self.assumesUnsetBarsAbsent = type.scalar("assume_unset_bars_absent")
            self.explain = type.scalar("explain")
            self.hold = type.scalar("hold")
            self.reserveSeconds = type.scalar("reserve_seconds")
            self.runID = type.address("run_id")
            self.dryRun = type.scalar("dry_run")
        }

        func read(_ base: UnsafeRawPointer) -> AwardTerms {
            AwardTerms(
                stage: Stage(rawValue: self.stage.int32(base) ?? 0) ?? .application,
                assumesUnsetBarsAbsent: self.assumesUnsetBarsAbsent.bool(base) ?? false,
                explains: (self.explain.int32(base) ?? 0) != 0,
                reserves: (self.hold.int32(base) ?? 0) != 0,
                reserveSeconds: self.reserveSeconds.int32(base),
                runID: self.runID.text(base).map {
                    [UInt8](UnsafeRawBufferPointer(start: $0, count: cStringCount($0)))
                },
                isDryRun: self.dryRun.bool(base) ?? false
            )
        }
    }
}
