//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdClient
internal import GrantdDecisionLog
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

@testable internal import grantd

/// A daemon with a log of decisions, as a process of its own.
@Suite("grantd serve --decision-log")
struct DecisionLogProcessTests {
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private static func daemon(_ folder: String, _ more: [String] = [], launcher: [String] = []) throws -> DaemonProcess
    {
        try DaemonProcess(
            ["serve", "--port", "0", "--threads", "2", "--decision-log", folder] + more,
            launcher: launcher
        )
    }

    private static func application(_ id: String) -> GrantdApplication {
        GrantdApplication.with {
            $0.applicationID = id
            $0.asOf = "2026-03-01"
            $0.subjectID = "s"
            $0.applicant.registeredInBeijing = true
            $0.aiApplicationGeneralAgent = .init()
        }
    }

    /// The ids of the applications that were logged, in order, and how many segments there are.
    private static func logged(_ folder: String) throws -> [String] {
        var ids: [String] = []
        try LogWalk([folder]).run { entry, _ in
            guard entry.method == .evaluate, let decision = entry.decision else { return true }
            ids.append(try GrantdAssessment(serializedBytes: Array(decision.reply)).applicationID)
            return true
        }
        return ids
    }

    /// Asks until told to stop or the daemon is gone.
    ///
    /// - Returns: the ids that were answered.
    private static func ask(
        _ port: Int,
        _ clients: Int,
        _ count: Int,
        deadline: Duration = .seconds(60),
        onAnswer: @escaping @Sendable () -> Void = {}
    ) async throws -> Set<String> {
        await withTaskGroup(of: [String].self) { tasks in
            for client in 0..<clients {
                tasks.addTask {
                    var answered: [String] = []
                    let address = GrantdAddress(host: "127.0.0.1", port: port)
                    try? await withGrantdClient(address: address) { grantd in
                        for number in 0..<count {
                            let assessment = try await grantd.evaluate(
                                Self.application("\(client).\(number)"),
                                deadline: deadline
                            )
                            answered.append(assessment.applicationID)
                            onAnswer()
                        }
                    }
                    return answered
                }
            }
            return await tasks.reduce(into: []) { $0.formUnion($1) }
        }
    }

    @Test("SIGTERM: everything that was answered is on the disk, once")
    func terminated() async throws {
        try await Self.withFolder { folder in
            let daemon = try Self.daemon(folder)
            let answered = try await Self.ask(try await daemon.port(), 4, 200)
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
            #expect(answered.count == 800)
            let logged = try Self.logged(folder)
            #expect(logged.count == 800)
            #expect(Set(logged) == answered)
            #expect(try LogVerifier(directory: folder).run().finding == nil)
            #expect(daemon.errors.contains("decision log opened"))
            #expect(daemon.errors.contains("decision log names policies"))
        }
    }

    @Test("kill -9 while calls come: the chain holds, what is torn is cut and told, and the next daemon goes on")
    func killed() async throws {
        try await Self.withFolder { folder in
            for round in 0..<6 {
                let daemon = try Self.daemon(folder)
                let port = try await daemon.port()
                let (answers, anAnswer) = AsyncStream.makeStream(of: Void.self)
                async let asked = Self.ask(port, 4, 100_000, deadline: .seconds(2)) { anAnswer.yield() }
                for await _ in answers.prefix(100 + 150 * round) {}
                daemon.signal(SIGKILL)
                _ = try await daemon.exitCode()
                _ = try await asked
            }
            let last = try Self.daemon(folder)
            #expect(try await Self.ask(try await last.port(), 1, 10).count == 10)
            last.signal(SIGTERM)
            #expect(try await last.exitCode() == 0)
            let result = try LogVerifier(directory: folder).run()
            #expect(result.finding == nil)
            #expect(result.segments == 7)
            #expect(result.decisions > 10)
        }
    }

    @Test(
        "a file system that takes no more: answers go on or wait, as told; it is said in the log and in the counters",
        arguments: ["drop", "wait"]
    )
    func fullDisk(full: String) async throws {
        try await Self.withFolder { folder in
            // In blocks of 512 bytes; standard error is a file, too.
            let daemon = try Self.daemon(
                folder,
                ["--decision-log-full", full, "--grace-period", "2"],
                launcher: ["/bin/sh", "-c", "ulimit -f 512 && exec \"$0\" \"$@\""]
            )
            let port = try await daemon.port()
            let asked = Task { try await Self.ask(port, 8, 500) }
            _ = try await daemon.wait("the failure") {
                daemon.errors.contains("decision log cannot be written") ? true : nil
            }
            #expect(daemon.errors.contains(full == "wait" ? "answers=wait" : "answers=\"go unlogged\""))
            #expect(try await asked.value.count == 4_000)
            // Who asks what decides nothing waits for nobody.
            try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                let health = try await client.health()
                let measures = try await client.listMeasures(asOf: "2026-05-20")
                #expect(health == .serving && !measures.isEmpty)
            }
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
            #expect(daemon.errors.contains("decision log not written to its end"))
            let next = try Self.daemon(folder)
            _ = try await next.port()
            next.signal(SIGTERM)
            #expect(try await next.exitCode() == 0)
            #expect(try LogVerifier(directory: folder).run().finding == nil)
        }
    }

    @Test("SIGHUP begins another segment, and other policies are named in it")
    func reload() async throws {
        try await PolicyFolder.with { policies in
            try await Self.withFolder { folder in
                let daemon = try Self.daemon(folder, ["--policies", policies.policies])
                let port = try await daemon.port()
                _ = try await Self.ask(port, 1, 3)
                _ = try await daemon.wait("a segment") {
                    try LogVerifier(directory: folder).run().decisions == 3 ? true : nil
                }
                try policies.write(SamplePolicies.coolRoof)
                daemon.signal(SIGHUP)
                _ = try await daemon.wait("the end of it") {
                    daemon.errors.contains("decision log segment closed")
                        && daemon.errors.contains("policies loaded anew")
                        ? true : nil
                }
                _ = try await Self.ask(port, 1, 2)
                daemon.signal(SIGTERM)
                #expect(try await daemon.exitCode() == 0)
                var programmes: [Int] = []
                try LogWalk([folder]).run { _, place in
                    programmes.append(place.listing?.programmes.count ?? 0)
                    return true
                }
                #expect(programmes == [15, 15, 15, 16, 16])
            }
        }
    }

    @Test(
        "what makes no sense is refused at the start, by its name",
        arguments: [
            (["--decision-log-full", "drop"], "needs --decision-log DIRECTORY", Int32(64)),
            (
                ["--decision-log", "FOLDER", "--decision-log-mask", "applicant.nickname"],
                "no field applicant.nickname", 64
            ),
            (["--decision-log", "FOLDER", "--decision-log-segment-size", "12"], "64KiB or more", 64),
            (["--decision-log", "FOLDER", "--decision-log-segment-age", "soon"], "'soon' is invalid", 64),
            (["--decision-log", "/nonexistent/log"], "the directory of the log cannot be made", 1),
        ]
    )
    func refused(options: [String], text: String, code: Int32) async throws {
        try await Self.withFolder { folder in
            let daemon = try DaemonProcess(["serve", "--port", "0"] + options.map { $0 == "FOLDER" ? folder : $0 })
            #expect(try await daemon.exitCode() == code)
            #expect(daemon.errors.contains(text), "\(daemon.errors)")
        }
    }

    @Test("sizes and times are read with their units, and nothing else is")
    func units() {
        #expect(ByteCount(argument: "512MiB")?.bytes == 512 << 20)
        #expect(ByteCount(argument: "4096")?.bytes == 4096)
        #expect(ByteCount(argument: "2TiB")?.bytes == 2 << 40)
        for text in ["", "MiB", "1MB", "-1", "1 GiB", "99999999999TiB", "１"] {
            #expect(ByteCount(argument: text) == nil)
        }
        #expect(ByteCount(256 << 20).description == "256MiB")
        #expect(TimeSpan(argument: "90")?.seconds == 90)
        #expect(TimeSpan(argument: "12h")?.seconds == 43_200)
        #expect(TimeSpan(argument: "400d")?.seconds == 34_560_000)
        for text in ["", "d", "1w", "-1s", "1.5h", "99999999999999999d"] { #expect(TimeSpan(argument: text) == nil) }
        #expect(TimeSpan(seconds: 86_400).description == "1d")
    }
}
