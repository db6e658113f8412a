//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
package import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf

/// Runs worked cases in this process: the same bytes as over the wire, without a socket.
package final class PolicyCaseRunner {
    /// What keeps a question from becoming a message.
    package struct RequestFault: Error, Sendable {
        /// The place, as in an error of a call; `nil` where it is not known.
        package let field: String?
        package let message: String

        package init(field: String?, message: String) {
            self.field = field
            self.message = message
        }
    }

    /// The message that a request is read as.
    package enum RequestType: Sendable {
        case evaluate
        case screen
    }

    /// What came of a case.
    package enum Outcome: Sendable {
        case passed
        /// It asks for another call.
        case skipped
        case failed([CaseDifference])
        /// The case itself does not fit the contract.
        case malformed(RequestFault)
    }

    /// Makes wire bytes of a request in JSON.
    package typealias Encoder = (String, RequestType) throws -> [UInt8]

    /// The largest reply, in bytes.
    private static let largestReply = 16 << 20

    private let engine: Engine
    private let encode: Encoder

    /// - Parameters:
    ///   - policies: What answers.
    ///   - encode: Makes wire bytes of a request; throws ``RequestFault``.
    package init(policies: PolicySet, encode: @escaping Encoder) {
        self.engine = Engine(policies: policies)
        self.encode = encode
    }

    /// Runs a case.
    package func run(_ item: PolicyCase) -> Outcome {
        let json: String
        var type = RequestType.evaluate
        switch item.question {
        case .evaluate(let request): json = request.json
        case .raw(let text): json = text
        case .screen(let request):
            json = request.json
            type = .screen
        case .other: return .skipped
        }
        let bytes: [UInt8]
        do {
            bytes = try self.encode(json, type)
        } catch let fault as RequestFault {
            guard case .error(let field) = item.expectation else { return .malformed(fault) }
            // Only a reader of JSON can say that; a message never holds it.
            guard let field, let got = fault.field, field != got else { return .passed }
            return .failed([
                CaseDifference(path: "expect_error.field", expected: Self.quoted(field), got: Self.quoted(got))
            ])
        } catch {
            return .malformed(RequestFault(field: nil, message: "\(error)"))
        }
        let differences: [CaseDifference]
        do throws(CallError) {
            let reply = try self.answer(bytes, type)
            differences = Self.compare(reply, with: item.expectation, type)
        } catch {
            differences = Self.compare(error, with: item.expectation)
        }
        return differences.isEmpty ? .passed : .failed(differences)
    }

    private func answer(_ request: [UInt8], _ type: RequestType) throws(CallError) -> [UInt8] {
        let reply = ByteWriter(limit: Self.largestReply)
        // A copy of its own, so that nothing of the reply can lean on the request's array.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(request.count, 1), alignment: 16)
        defer { memory.deallocate() }
        memory.copyBytes(from: request)
        let bytes = UnsafeRawBufferPointer(rebasing: memory[..<request.count])
        switch type {
        case .evaluate: try self.engine.evaluate(bytes, into: reply)
        case .screen: try self.engine.screen(bytes, into: reply)
        }
        return [UInt8](reply.bytes)
    }

    private static func compare(
        _ reply: [UInt8],
        with expectation: PolicyCase.Expectation,
        _ type: RequestType
    ) -> [CaseDifference] {
        guard case .answer(let expected) = expectation else {
            return [CaseDifference(path: "expect_error", expected: "{}", got: nil)]
        }
        guard let answer = self.json(reply, type) else {
            return [CaseDifference(path: "expect", expected: expected.json, got: nil)]
        }
        return type == .screen
            ? CaseComparison.screening(expected, answer) : CaseComparison.assessment(expected, answer)
    }

    private static func compare(
        _ error: CallError,
        with expectation: PolicyCase.Expectation
    ) -> [CaseDifference] {
        let got =
            #"{"code": \#(error.code), "field": \#(self.quoted(error.field)), "message": \#(self.quoted(error.message))}"#
        switch expectation {
        case .answer(let expected): return [CaseDifference(path: "expect", expected: expected.json, got: got)]
        case .error(let field):
            var differences: [CaseDifference] = []
            if error.code != 1003 {
                differences.append(CaseDifference(path: "expect_error.code", expected: "1003", got: got))
            }
            if let field, field != error.field {
                differences.append(
                    CaseDifference(path: "expect_error.field", expected: self.quoted(field), got: got)
                )
            }
            return differences
        }
    }

    /// A reply as protobuf JSON, read by a library of its own.
    private static func json(_ reply: [UInt8], _ type: RequestType) -> CaseNode? {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        do {
            let json: [UInt8] =
                switch type {
                case .evaluate: try GrantdAssessment(serializedBytes: reply).jsonUTF8Bytes(options: options)
                case .screen: try GrantdScreenResponse(serializedBytes: reply).jsonUTF8Bytes(options: options)
                }
            return try CaseJSON.read(json, line: 0)
        } catch {
            return nil
        }
    }

    private static func quoted(_ text: String) -> String { CaseNode(line: 0, content: .text(text)).json }
}
