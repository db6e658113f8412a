//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// `Application` with the facts of the measures that are served, and every request that holds applications.
package struct ApplicationTypes: Sendable {
    package let application: MessageType
    package let evaluateRequest: MessageType
    package let evaluateBatchRequest: MessageType
    package let screenRequest: MessageType
    package let awardRequest: MessageType
    package let awardBatchEntry: MessageType
    package let awardBatchRequest: MessageType

    /// - Parameter members: The members of the oneof `facts`: name, number and message of each.
    package init(members: [(name: String, number: UInt32, type: MessageType)]) {
        let application = MessageType.bareApplication.extended(
            by: members.map {
                FieldDeclaration(
                    name: $0.name,
                    number: $0.number,
                    kind: .message($0.type),
                    label: .oneofMember,
                    oneof: "facts"
                )
            }
        )
        self.application = application
        self.evaluateRequest = .bareEvaluateRequest.replacing(.bareApplication, with: application)
        self.evaluateBatchRequest = .bareEvaluateBatchRequest.replacing(.bareApplication, with: application)
        self.screenRequest = .bareScreenRequest.replacing(.bareApplication, with: application)
        self.awardRequest = .bareAwardRequest.replacing(.bareApplication, with: application)
        let entry = MessageType.bareAwardBatchEntry.replacing(.bareApplication, with: application)
        self.awardBatchEntry = entry
        self.awardBatchRequest = .bareAwardBatchRequest.replacing(.bareAwardBatchEntry, with: entry)
    }
}
