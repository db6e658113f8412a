//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
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
        /// Cases that ask for what only a JSON reader can refuse, or for another call.
        public internal(set) var skipped = 0
        /// A line for each case that does not hold: its id and every difference.
        public internal(set) var failures: [String] = []
    }

    private let engine: Engine

    /// Makes a runner.
    ///
    /// - Parameter directories: Directories of policy files that replace or join the built-in ones; none by default.
    /// - Throws: Where a policy file is wrong; the error's description has every problem.
    public init(policyDirectories directories: [String] = []) throws {
        self.engine = Engine(policies: try PolicySet.builtIn(replacedBy: directories))
    }

    /// Runs every case of a file.
    public func run(_ file: CaseFile) -> Report {
        var report = Report(file: file.name)
        for item in file.cases {
            switch self.run(item) {
            case nil: report.skipped += 1
            case []?: report.passed += 1
            case let differences?: report.failures.append("\(item.id): " + differences.joined(separator: "; "))
            }
        }
        return report
    }

    /// The differences of one case; `nil` where it is skipped.
    private func run(_ item: CaseFile.Case) -> [String]? {
        let object = item.object
        guard object["rpc"] == nil else { return nil }
        var request = object["request"] as? [String: Any]
        if let raw = object["raw"] as? String {
            request = try? JSONSerialization.jsonObject(with: Data(raw.utf8)) as? [String: Any]
        }
        let answer: Result<[String: Any], CallError>
        let isScreen = object["screen"] != nil
        do {
            if let screen = object["screen"] as? [String: Any] {
                answer = self.call(try JSONMessage.encode(screen, as: .screenRequest), .screenResponse) {
                    engine,
                    bytes,
                    reply throws(CallError) in try engine.screen(bytes, into: reply)
                }
            } else if let request {
                answer = self.call(try JSONMessage.encode(request, as: .evaluateRequest), .assessment) {
                    engine,
                    bytes,
                    reply throws(CallError) in try engine.evaluate(bytes, into: reply)
                }
            } else {
                return nil
            }
        } catch {
            // Only a reader of JSON can say that; a message never holds it.
            return object["expect_error"] == nil ? ["the case itself: \(error.path): \(error.reason)"] : nil
        }
        return Self.compare(answer, with: object, isScreen: isScreen)
    }

    private func call(
        _ request: [UInt8],
        _ type: MessageType,
        _ body: (Engine, UnsafeRawBufferPointer, ByteWriter) throws(CallError) -> Void
    ) -> Result<[String: Any], CallError> {
        let reply = ByteWriter(limit: 16 << 20)
        do throws(CallError) {
            // A copy of its own, so that nothing of the reply can lean on the request's array.
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(request.count, 1), alignment: 16)
            defer { memory.deallocate() }
            memory.copyBytes(from: request)
            try body(self.engine, UnsafeRawBufferPointer(rebasing: memory[..<request.count]), reply)
        } catch {
            return .failure(error)
        }
        guard let object = JSONMessage.decode(reply.bytes, as: type) else {
            return .failure(CallError(code: 2001, message: "the reply does not decode"))
        }
        return .success(object)
    }

    private static func compare(
        _ answer: Result<[String: Any], CallError>,
        with object: [String: Any],
        isScreen: Bool
    ) -> [String] {
        switch answer {
        case .success(let reply):
            guard let expected = object["expect"] as? [String: Any] else {
                return ["an error was expected at \(String(describing: object["expect_error"] ?? "?"))"]
            }
            return isScreen ? Expectation.screening(expected, reply) : Expectation.assessment(expected, reply)
        case .failure(let error):
            guard let expected = object["expect_error"] as? [String: Any] else {
                return ["error \(error.code) at '\(error.field)': \(error.message)"]
            }
            var differences: [String] = []
            if error.code != 1003 { differences.append("error \(error.code) instead of 1003") }
            if let field = expected["field"] as? String, field != error.field {
                differences.append("the error is at '\(error.field)' instead of '\(field)': \(error.message)")
            }
            return differences
        }
    }
}
