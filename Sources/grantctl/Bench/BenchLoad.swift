//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import SwiftProtobuf

/// What the calls of a load hold.
struct BenchLoad {
    /// The calls' bodies; sent in turn.
    let payloads: [[UInt8]]
    /// The full service name and the method.
    let method: (service: String, name: String)

    /// - Parameters:
    ///   - requests: What is asked in turn; a sample where there are none.
    ///   - batch: Applications in a call; `nil` for calls of one.
    ///   - explains: Ask for the reasoning.
    init(requests: [GrantdEvaluateRequest], batch: Int?, explains: Bool) throws {
        var requests = requests.isEmpty ? [Self.sample] : requests
        if explains {
            for index in requests.indices { requests[index].explain = .full }
        }
        guard let batch else {
            self.method = ("grantd.v1.Calculator", "Evaluate")
            self.payloads = try requests.map { try $0.serializedBytes() }
            return
        }
        self.method = ("grantd.v1.Calculator", "EvaluateBatch")
        // Every request once, then from the beginning again until the last batch is full; no more than 64 batches.
        let calls = max(1, min(64, (requests.count + batch - 1) / batch))
        self.payloads = try (0..<calls).map { call in
            var request = GrantdEvaluateBatchRequest()
            request.applications = (0..<batch).map { requests[(call * batch + $0) % requests.count].application }
            let first = requests[call * batch % requests.count]
            if first.hasStage { request.stage = first.stage }
            if first.assumeUnsetBarsAbsent { request.assumeUnsetBarsAbsent = true }
            if first.hasExplain { request.explain = first.explain }
            return try request.serializedBytes()
        }
    }

    /// Reads a file of `EvaluateRequest`s as JSON, one a line.
    ///
    /// - Parameters:
    ///   - text: The file's.
    ///   - path: What it is called.
    ///   - schema: The contract of the daemon that is asked; `nil` where there is none.
    /// - Returns: One or more.
    /// - Throws: ``RunFailure`` with the first line that is no request; why the daemon did not tell its schema, where a line
    ///   may be right for it.
    static func read(_ text: [UInt8], _ path: String, _ schema: DaemonSchema?) throws -> [GrantdEvaluateRequest] {
        let reader = try RequestReader(evaluations: schema?.schema ?? Contract.schema())
        var requests: [GrantdEvaluateRequest] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty else { continue }
            do throws(RequestFault) {
                requests.append(
                    try line.withUnsafeBufferPointer { text throws(RequestFault) in try reader.read(text) }
                )
            } catch {
                if error.unknown == .measure, let failure = schema?.failure { throw failure }
                throw RunFailure.badInput(
                    Language.said(
                        "\(path.printable) 第 \(index + 1) 行：\(error.printable)",
                        "\(path.printable), line \(index + 1): \(error.printable)"
                    )
                )
            }
        }
        if let failure = schema?.failure, failure.isOfNobody { throw failure }
        guard !requests.isEmpty else {
            throw
                RunFailure.badInput(Language.said("\(path.printable) 中没有请求", "\(path.printable) holds no request"))
        }
        return requests
    }

    /// Five rules, a rate and a cap of which an earlier award has used a part; about 150 bytes.
    private static var sample: GrantdEvaluateRequest {
        .with {
            $0.application = .with {
                $0.applicationID = "A-2026-000417"
                $0.asOf = "2026-05-20"
                $0.subjectID = "P-17"
                $0.applicant = .with {
                    $0.unifiedSocialCreditCode = "91110108MA01CX7K1R"
                    $0.kind = .enterprise
                    $0.registeredInBeijing = true
                }
                $0.priorAwards = [
                    .with {
                        $0.measure = "digital-space.laboratory-project"
                        $0.subjectID = "P-17"
                        $0.awardedOn = "2025-12-01"
                        $0.amountFen = 200_000_000
                    }
                ]
                $0.digitalSpaceLaboratoryProject = .with {
                    $0.inPilotZone = true
                    $0.laboratoryLevel = .municipal
                    $0.laboratoryLanded = true
                    $0.keyIndustryRelated = true
                    $0.technologyInnovationProject = true
                    $0.approvedTotalInvestmentFen = 1_234_567_890
                }
            }
        }
    }
}
