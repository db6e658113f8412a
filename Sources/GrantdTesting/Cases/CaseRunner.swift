//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCases
internal import GrantdPolicy
internal import GrantdSchema

/// Runs worked cases against the evaluator, in this process: the same bytes as over the wire, without a socket.
///
/// A case is `id`, then `request` (an EvaluateRequest as protobuf JSON) or `raw` (its text, malformed on purpose) or
/// `screen` (a ScreenRequest), then `expect` or `expect_error` {`field`}. What `expect` does not name is not compared;
/// `null` stands for *must not be set*.
public final class CaseRunner {
    /// What came of a file.
    public struct Report: Sendable {
        /// The file's name.
        public let file: String
        /// How many cases hold.
        public internal(set) var passed = 0
        /// Cases that ask for another call.
        public internal(set) var skipped = 0
        /// A line for each case that does not hold: its id and every difference.
        public internal(set) var failures: [String] = []
    }

    private let runner: PolicyCaseRunner

    /// Makes a runner.
    ///
    /// - Parameter directories: Directories of policy files that replace or join the built-in ones; none by default.
    /// - Throws: Where a policy file is wrong; the error's description has every problem.
    public init(policyDirectories directories: [String] = []) throws {
        let policies = try PolicySet.builtIn(replacedBy: directories)
        self.runner = PolicyCaseRunner(policies: policies) { try Self.encode($0, $1, policies.types) }
    }

    /// Runs every case of a file.
    public func run(_ file: CaseFile) -> Report {
        var report = Report(file: file.name)
        for item in file.cases {
            switch self.runner.run(item) {
            case .passed: report.passed += 1
            case .skipped: report.skipped += 1
            case .failed(let differences):
                let told = differences.map { "\($0.path) is \($0.got ?? "unset") instead of \($0.expected)" }
                report.failures.append("\(item.id): " + told.joined(separator: "; "))
            case .malformed(let fault):
                report.failures.append("\(item.id): the case itself: \(fault.field ?? ""): \(fault.message)")
            }
        }
        return report
    }

    /// More than a JSON reader lets through, so that the evaluator's own refusals are seen: two members of a oneof, numbers
    /// of enums that do not exist.
    private static func encode(
        _ json: String,
        _ type: PolicyCaseRunner.RequestType,
        _ types: ApplicationTypes
    ) throws -> [UInt8] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            throw PolicyCaseRunner.RequestFault(field: nil, message: "no JSON object")
        }
        do throws(JSONMessage.Fault) {
            return try JSONMessage.encode(object, as: type == .screen ? types.screenRequest : types.evaluateRequest)
        } catch {
            throw PolicyCaseRunner.RequestFault(field: nil, message: "\(error.path): \(error.reason)")
        }
    }
}
