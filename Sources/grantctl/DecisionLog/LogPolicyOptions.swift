//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdInterview
internal import GrantdPolicy

/// Where the policies are that decided what a log holds.
struct LogPolicyOptions: ParsableArguments {
    @Option(
        name: .customLong("policies"),
        help: .said(
            "日志所记的政策可能是内置政策加上此目录；可多次给出。",
            "What decided may have been the built-in policies with those of this directory. May be given more than once.",
            valueName: "directory"
        )
    )
    var directories: [String] = []

    @Option(
        name: .customLong("policy-archive"),
        help: .said(
            "服务以 --policy-archive 留存的政策归档；可多次给出。",
            "What a daemon has kept with --policy-archive. May be given more than once.",
            valueName: "directory"
        )
    )
    var archives: [String] = []

    /// The policies at hand: the built-in ones, each directory's, and all directories' together.
    func recorded() throws -> RecordedPolicies {
        do throws(PolicyDiagnostics) {
            var candidates = [try PolicySet.builtIn()]
            for directory in self.directories { candidates.append(try PolicySet.builtIn(replacedBy: [directory])) }
            if self.directories.count > 1 {
                candidates.append(try PolicySet.builtIn(replacedBy: self.directories))
            }
            return RecordedPolicies(candidates: candidates, archives: self.archives.map { PolicyArchive(path: $0) })
        } catch {
            throw RunFailure(error)
        }
    }
}
