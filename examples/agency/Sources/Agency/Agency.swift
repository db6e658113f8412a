//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdClient
import SwiftProtobuf

/// Scores the applications on standard input, one JSON object a line, and prints a line of CSV for each, in the same order.
@main
struct Agency {
    static func main() async {
        guard CommandLine.arguments.count == 2, let address = GrantdAddress(CommandLine.arguments[1]) else {
            print("usage: Agency HOST:PORT < FILE.jsonl, as in Agency 127.0.0.1:7843 < applications.jsonl")
            exit(64)
        }
        do {
            try await withGrantdClient(address: address) { client in try await score(client) }
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func score(_ client: GrantdClient) async throws {
        // The client reads no faster than results are taken, so a file of any length needs the same memory.
        let applications = AsyncThrowingStream<GrantdApplication, any Error> {
            try readLine().map { try GrantdApplication(jsonString: $0) }
        }
        print("application_id,measure,outcome,amount_fen,missing,error")
        var total: Int64 = 0
        for try await score in client.score(applications) {
            switch score.result {
            case .success(let assessment):
                let amount = assessment.hasAmountFen ? String(assessment.amountFen) : ""
                let missing = assessment.missing.map(\.path).joined(separator: " ")
                print("\(assessment.applicationID),\(assessment.measure),\(assessment.outcome),\(amount),\(missing),")
                total += assessment.amountFen
            case .failure(let error):
                print(",,,,,line \(score.index + 1): \(error.field)")
            }
        }
        FileHandle.standardError.write(Data("\(total / 100) yuan in all\n".utf8))
    }
}
