//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdClient

/// Asks grantd for one measure, puts the questions that are still open to the person at the keyboard, one at a time,
/// and asks again, until the answer is decided.
@main
struct Enterprise {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let address = GrantdAddress(arguments[1]) else {
            print(
                "usage: Enterprise HOST:PORT MEASURE    for example: Enterprise 127.0.0.1:7843 digital-space.laboratory-project"
            )
            exit(64)
        }
        do {
            try await withGrantdClient(address: address) { client in
                try await ask(client, measure: arguments[2])
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    private static func ask(_ client: GrantdClient, measure: String) async throws {
        let description = try await client.describeMeasure(measure)
        print("\(description.title.en) (\(description.policy.documentNumber), \(description.clause))\n")
        var draft = ApplicationDraft(measure: measure, facts: description.facts)

        while true {
            let assessment = try await client.evaluate(
                draft.application(),
                options: GrantdEvaluationOptions(explain: .full)
            )
            // The list is in the order in which the facts are best asked: gates first.
            guard assessment.outcome == .undetermined, let fact = assessment.missing.first else {
                report(assessment)
                return
            }
            print(fact.hasQuestion ? fact.question.en : fact.path, terminator: " ")
            guard let answer = readLine() else {
                print("\nno more answers; \(assessment.missing.count) facts are still missing")
                return
            }
            if !draft.set(fact.path, to: answer) { print("  that is no \(draft.type(of: fact.path))") }
        }
    }

    private static func report(_ assessment: GrantdAssessment) {
        print("\n\(assessment.outcome)")
        if assessment.hasAmountFen {
            print("amount: \(assessment.amountFen / 100).\(String(format: "%02d", assessment.amountFen % 100)) yuan")
        }
        for finding in assessment.findings where finding.verdict == .fail {
            print("failed: \(finding.rule) (\(finding.clause))")
        }
    }
}
