//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy

/// Where the daemon's policies come from: those within the program, and directories whose files replace or add to them.
struct PolicyDirectories: Sendable {
    /// Why they were not loaded.
    struct Failure: Error, Sendable {
        /// What the operator is to read: each mistake with its place and its line.
        let lines: [String]
        /// How many they are, in words.
        let count: String
        /// Whether files or directories could not be read at all, rather than holding mistakes.
        let isUnreadable: Bool
    }

    let paths: [String]
    /// What the program carries within itself.
    var builtIn = BuiltInFiles.embedded
    /// Refuses what clients in the field would misread.
    var admission = PolicyAdmission()

    /// Reads and checks all policies, lets in what no client in the field would misread, and makes it ready to answer by.
    ///
    /// - Parameter cancellation: Gives the load up: it then fails, soon.
    func load(_ cancellation: LoadCancellation? = nil) -> Result<CompiledPolicies, Failure> {
        do {
            let policies = try PolicySet.builtIn(replacedBy: self.paths, self.builtIn, cancellation: cancellation)
            try self.admission.admit(policies, builtIn: self.builtIn, loaded: WallClock.now())
            return .success(CompiledPolicies(policies))
        } catch {
            return .failure(
                Failure(
                    lines: error.list.map(\.description),
                    count: error.count(in: .en),
                    isUnreadable: error.errors.allSatisfy { $0.code == .unreadable }
                )
            )
        }
    }
}
