//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import FoundationEssentials
internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf

/// A table in process, as columns and as batches of the same applications.
struct ColumnsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "columns",
        abstract:
            "Assesses a table of medical-device.common-platform as columns and as batches, and prints nanoseconds a row."
    )

    @Option(help: "Rows of a call, at most 65,536.")
    var rows = 65_536

    @Option(help: "How long each is measured, in milliseconds.")
    var milliseconds = 3_000

    func run() throws {
        let table = SampleTable(rows: self.rows)
        let engine = Engine(policies: try PolicySet.builtIn())
        let reply = ByteWriter(limit: 16 << 20)
        let columns: [UInt8] = try table.columns().serializedBytes()
        let batches: [[UInt8]] = try table.batches().map { try $0.serializedBytes() }
        print("                 ns/row  fastest     rows/s   bytes in/row   bytes out/row")
        try self.report("columns", [columns]) { bytes in
            reply.reset()
            let job = try engine.beginColumns(bytes)
            while try !job.step(maximum: job.unitsBetweenClocks, with: nil, into: reply) {}
            return reply.count
        }
        try self.report("batches of 1,024", batches) { bytes in
            reply.reset()
            let job = try engine.beginBatch(bytes)
            while try !job.step(maximum: job.unitsBetweenClocks, with: nil, into: reply) {}
            return reply.count
        }
    }

    /// The median of the rounds, which rows a second go by, and the fastest: what is slower was disturbed from outside.
    private func report(
        _ name: String,
        _ requests: [[UInt8]],
        _ answer: (UnsafeRawBufferPointer) throws -> Int
    ) throws {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(self.milliseconds)
        var rounds: [Double] = []
        var bytes = 0
        repeat {
            bytes = 0
            let elapsed = try clock.measure {
                for request in requests { bytes += try request.withUnsafeBytes { try answer($0) } }
            }
            rounds.append(Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9)
        } while clock.now < end
        rounds.sort()
        let median = rounds[rounds.count / 2]
        let rows = Double(max(self.rows, 1))
        let size = requests.reduce(0) { $0 + $1.count }
        func column(_ value: Double, _ width: Int) -> String {
            let text = String(Int(value.rounded()))
            return String(repeating: " ", count: max(1, width - text.count)) + text
        }
        print(
            name.padding(to: 16) + column(median / rows, 7) + column(rounds[0] / rows, 9)
                + column(1e9 * rows / median, 11) + column(Double(size) / rows, 15) + column(Double(bytes) / rows, 16)
        )
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }
}

/// The applications that `scripts/bench.sh` measures, each with an id and an investment of its own: every fact known, eligible.
private struct SampleTable {
    let rows: Int

    private func id(_ row: Int) -> String {
        let digits = String(row)
        return "A-2026-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private func investment(_ row: Int) -> Int64 { 1_000_000_000 + Int64(row) * 12_345 }

    func columns() -> GrantdEvaluateColumnsRequest {
        .with {
            $0.measure = "medical-device.common-platform"
            $0.asOf = "2026-05-20"
            $0.rows = Int32(self.rows)
            $0.columns = [
                self.texts("application_id") { self.id($0) },
                self.texts("subject_id") { _ in "P-17" },
                self.texts("applicant.unified_social_credit_code") { _ in "91110108MA01CX7K1R" },
                self.texts("applicant.name") { _ in "北京某某医疗器械科技有限公司" },
                .with {
                    $0.path = "applicant.kind"
                    $0.type = .int32
                    $0.data = Self.data((0..<self.rows).map { _ in Int32(1) })
                },
                .with {
                    $0.path = "medical_device_common_platform.engineering_investment_fen"
                    $0.type = .int64
                    $0.data = Self.data((0..<self.rows).map { self.investment($0) })
                },
            ]
            for path in [
                "applicant.registered_in_beijing", "applicant.independent_legal_liability",
                "applicant.is_small_or_medium",
                "medical_device_common_platform.common_technology_platform",
                "medical_device_common_platform.for_medical_device_industry",
            ] {
                $0.columns.append(
                    .with {
                        $0.path = path
                        $0.type = .bool
                        $0.data = Data(repeating: 0xFF, count: (self.rows + 7) / 8)
                    }
                )
            }
        }
    }

    func batches() -> [GrantdEvaluateBatchRequest] {
        stride(from: 0, to: self.rows, by: 1_024).map { first in
            .with {
                $0.applications = (first..<min(first + 1_024, self.rows)).map { row in
                    .with {
                        $0.applicationID = self.id(row)
                        $0.asOf = "2026-05-20"
                        $0.subjectID = "P-17"
                        $0.applicant = .with {
                            $0.unifiedSocialCreditCode = "91110108MA01CX7K1R"
                            $0.name = "北京某某医疗器械科技有限公司"
                            $0.kind = .enterprise
                            $0.registeredInBeijing = true
                            $0.independentLegalLiability = true
                            $0.isSmallOrMedium = true
                        }
                        $0.medicalDeviceCommonPlatform = .with {
                            $0.commonTechnologyPlatform = true
                            $0.engineeringInvestmentFen = self.investment(row)
                            $0.forMedicalDeviceIndustry = true
                        }
                    }
                }
            }
        }
    }

    private func texts(_ path: String, _ text: (Int) -> String) -> GrantdColumn {
        var offsets: [Int32] = [0]
        var data = Data()
        for row in 0..<self.rows {
            data.append(contentsOf: text(row).utf8)
            offsets.append(Int32(data.count))
        }
        return .with {
            $0.path = path
            $0.type = .utf8
            $0.offsets = Self.data(offsets)
            $0.data = data
        }
    }

    private static func data<Number: FixedWidthInteger>(_ numbers: [Number]) -> Data {
        numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }
}
