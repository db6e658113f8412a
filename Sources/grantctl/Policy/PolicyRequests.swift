//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdMessages
internal import GrantdSchema

/// Makes wire bytes of requests in JSON, by a schema: nothing of facts is compiled in.
struct PolicyRequests: Sendable {
    private let evaluations: RequestReader<GrantdEvaluateRequest>
    private let screenings: RequestReader<GrantdScreenRequest>
    /// What an expectation may say of an assessment.
    let fields: AssessmentFields

    /// - Throws: Where the schema is not the contract.
    init(_ schema: DescriptorSet) throws {
        self.evaluations = try RequestReader(evaluations: schema)
        self.screenings = try RequestReader(schema)
        self.fields = AssessmentFields(schema)
    }

    /// The bytes of an `EvaluateRequest`.
    func evaluateRequest(_ text: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> [UInt8] {
        try self.evaluations.wire(text)
    }

    /// Makes a case's request.
    func encode(_ json: String, _ type: PolicyCaseRunner.RequestType) throws -> [UInt8] {
        do throws(RequestFault) {
            return try Array(json.utf8).withUnsafeBufferPointer { text throws(RequestFault) in
                switch type {
                case .evaluate: try self.evaluations.wire(text)
                case .screen: try self.screenings.wire(text)
                }
            }
        } catch {
            throw PolicyCaseRunner.RequestFault(field: error.field, message: error.message)
        }
    }
}

extension AssessmentFields {
    fileprivate init(_ schema: DescriptorSet) {
        let fields = schema.message(named: GrantdAssessment.protoMessageName)?.fields ?? []
        let kinds = fields.map { field -> (String, Kind) in
            let kind: Kind =
                switch field.kind {
                case _ where field.label == .repeated: .other
                case .bool: .bool
                case .int32, .int64: .integer
                case .string: .text
                case .enumeration(let description): .choice(description.values.map(\.name))
                case .message, .bytes, .other: .other
                }
            return (field.name, kind)
        }
        self.init(kinds: Dictionary(kinds) { first, _ in first })
    }
}
