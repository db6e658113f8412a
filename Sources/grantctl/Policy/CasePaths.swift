//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdPolicy

/// Policies and the case files beside them, from the paths of a command line.
struct CasePaths {
    /// Each once.
    private(set) var policies: [String] = []
    /// Each once.
    private(set) var cases: [String] = []

    /// - Parameter paths: A policy file stands for its cases too, a case file for its policy, a directory for all in it.
    /// - Throws: ``RunFailure`` where a directory cannot be read.
    init(_ paths: [String]) throws {
        for path in paths {
            if PolicySource.isDirectory(path) {
                let prefix = path.hasSuffix("/") ? path : path + "/"
                for name in try Self.names(in: path) {
                    if PolicySource.holdsCases(name) {
                        Self.add(prefix + name, to: &self.cases)
                    } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                        Self.add(prefix + name, to: &self.policies)
                    }
                }
            } else if PolicySource.holdsCases(path) {
                Self.add(path, to: &self.cases)
                let stem = Self.stem(path, of: [".cases.jsonl", ".cases.yaml", ".cases.yml"])
                for policy in [stem + ".yaml", stem + ".yml"] where PolicySource.isFile(policy) {
                    Self.add(policy, to: &self.policies)
                }
            } else {
                Self.add(path, to: &self.policies)
                let stem = Self.stem(path, of: [".yaml", ".yml"])
                for file in PolicyCaseFile.endings.map({ stem + $0 }) where PolicySource.isFile(file) {
                    Self.add(file, to: &self.cases)
                }
            }
        }
    }

    private static func add(_ path: String, to paths: inout [String]) {
        if !paths.contains(path) { paths.append(path) }
    }

    private static func stem(_ path: String, of endings: [String]) -> String {
        for ending in endings where path.hasSuffix(ending) { return String(path.dropLast(ending.count)) }
        return path
    }

    private static func names(in path: String) throws -> [String] {
        do throws(PolicyDiagnostics) {
            return try PolicySource.names(in: path).get()
        } catch {
            throw RunFailure(error)
        }
    }
}
