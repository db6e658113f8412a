//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog

/// Whether and how decisions are logged.
struct DecisionLogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Write every answered call that decides or awards (request, reply, time, caller, policies) to files in this directory, \
            chained so that a change shows; answers then carry the hash of their request. See grantctl log.
            """,
            valueName: "directory"
        )
    )
    var decisionLog: String?

    @Option(
        help: ArgumentHelp("Begin another file when one has grown to this.", valueName: "size")
    )
    var decisionLogSegmentSize = ByteCount(256 << 20)

    @Option(
        help: ArgumentHelp("Begin another file when one is this old.", valueName: "time")
    )
    var decisionLogSegmentAge = TimeSpan(seconds: 86_400)

    @Option(
        help: ArgumentHelp(
            "Delete the oldest files while all take more than this; kept unless given.",
            valueName: "size"
        )
    )
    var decisionLogKeepSize: ByteCount?

    @Option(
        help: ArgumentHelp("Delete files whose last entry is older than this; kept unless given.", valueName: "time")
    )
    var decisionLogKeepAge: TimeSpan?

    @Option(
        help: ArgumentHelp(
            "While the log cannot take more: let answers wait, or let them go and count what was dropped.",
            valueName: "wait|drop"
        )
    )
    var decisionLogFull = DecisionLogSettings.Full.wait

    @Option(
        name: .customLong("decision-log-mask"),
        help: ArgumentHelp(
            """
            Leave this field of applications out, like applicant.name or subject_id; such entries are not replayed. May be given \
            more than once.
            """,
            valueName: "path"
        )
    )
    var decisionLogMasks: [String] = []

    func validate() throws {
        if self.decisionLog == nil, self.isRefined {
            throw ValidationError("what begins with --decision-log- needs --decision-log DIRECTORY")
        }
        guard self.decisionLogSegmentSize.bytes >= 1 << 16 else {
            throw ValidationError("--decision-log-segment-size takes 64KiB or more")
        }
        guard self.decisionLogSegmentAge.seconds >= 1 else {
            throw ValidationError("--decision-log-segment-age takes a second or more")
        }
        // What is deleted is gone: a unit that was left out is to be noticed before.
        if let keep = self.decisionLogKeepSize, keep.bytes < self.decisionLogSegmentSize.bytes {
            throw ValidationError(
                "--decision-log-keep-size takes at least --decision-log-segment-size, \(self.decisionLogSegmentSize), not \(keep): "
                    + "less would keep no closed file; sizes are like 10GiB"
            )
        }
        if let keep = self.decisionLogKeepAge, keep.seconds < self.decisionLogSegmentAge.seconds {
            throw ValidationError(
                "--decision-log-keep-age takes at least --decision-log-segment-age, \(self.decisionLogSegmentAge), not \(keep): "
                    + "less would keep no closed file for long; times are like 400d"
            )
        }
    }

    private var isRefined: Bool {
        let defaults = DecisionLogSettings(directory: "")
        return self.decisionLogSegmentSize.bytes != defaults.segmentBytes
            || self.decisionLogSegmentAge.seconds != defaults.segmentAge.components.seconds
            || self.decisionLogKeepSize != nil || self.decisionLogKeepAge != nil
            || self.decisionLogFull != defaults.full || !self.decisionLogMasks.isEmpty
    }

    /// How the log is kept; nil where there is none.
    var settings: DecisionLogSettings? {
        guard let directory = self.decisionLog else { return nil }
        var settings = DecisionLogSettings(directory: directory)
        settings.segmentBytes = self.decisionLogSegmentSize.bytes
        settings.segmentAge = .seconds(self.decisionLogSegmentAge.seconds)
        settings.keptBytes = self.decisionLogKeepSize?.bytes
        settings.keptAge = self.decisionLogKeepAge.map { .seconds($0.seconds) }
        settings.full = self.decisionLogFull
        settings.masks = self.decisionLogMasks
        return settings
    }
}

extension DecisionLogSettings.Full: ExpressibleByArgument {}
