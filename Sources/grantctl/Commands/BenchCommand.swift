//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import FoundationEssentials
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl bench`: a load, and how the daemon bore it.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: Language.said(
            "对服务施加负载，报告吞吐与时延。",
            "Put a load on the daemon and report throughput and latency."
        ),
        discussion: Language.said(
            "每个连接保持 --depth 个调用在途；一个得到答复，下一个随即发出。时延为一次调用往返的微秒数。",
            """
            Every connection keeps --depth calls in flight; a call follows as soon as one is answered. Latency is the \
            round trip of a call in microseconds.
            """
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: .said("连接数。", "Connections to the daemon.", valueName: "n"))
    var connections = 1

    @Option(help: .said("每个连接的在途调用数。", "Calls in flight on each connection.", valueName: "n"))
    var depth = 64

    @Option(help: .said("测量时长。", "How long to measure.", valueName: "seconds"))
    var duration = Seconds(.seconds(5))

    @Option(help: .said("测量前的预热时长。", "How long to run before measuring.", valueName: "seconds"))
    var warmUp = Seconds(.seconds(1))

    @Option(
        help: .said(
            "一次调用中的申请数；默认每次一份。",
            "Applications in a call; by default calls are of one application.",
            valueName: "n"
        )
    )
    var batch: Int?

    @Option(
        help: .said(
            "EvaluateRequest 的 JSON，每行一个；默认用内置样例。",
            "EvaluateRequests as JSON, one a line; by default a sample.",
            valueName: "file"
        )
    )
    var requests: String?

    @Flag(help: .said("无论请求如何，均要求说明理由。", "Ask for the reasoning, whatever the requests say."))
    var explain = false

    @Flag(help: .said("对端是原样送回的回声服务，只作比较。", "The peer is an echo server, to compare with."))
    var echo = false

    func validate() throws {
        guard (1...10_000).contains(self.connections) else { throw Self.range("--connections", 10_000) }
        guard (1...65_536).contains(self.depth) else { throw Self.range("--depth", 65_536) }
        if let batch {
            let most = self.explain ? 256 : 4_096
            guard (1...most).contains(batch) else { throw Self.range("--batch", most) }
        }
    }

    private static func range(_ option: String, _ most: Int) -> ValidationError {
        ValidationError(Language.said("\(option) 的取值为 1 至 \(most)", "\(option) takes 1 to \(most)"))
    }

    func run() async throws {
        let load = try BenchLoad(requests: await self.readRequests(), batch: self.batch, explains: self.explain)
        let frames = try LoadFrames(
            payloads: load.payloads,
            method: load.method,
            depth: self.depth,
            applicationsPerCall: self.batch ?? 1,
            token: try self.connection.token().map { Array($0.utf8) }
        )
        let address = self.connection.address
        let generator = LoadGenerator(
            host: address.host,
            port: address.port,
            tls: try self.connection.tls.configuration(),
            connections: self.connections,
            frames: frames,
            warmUp: self.warmUp.duration,
            duration: self.duration.duration,
            acceptsEchoes: self.echo
        )
        let (tally, seconds): (LoadTally, Double)
        do {
            (tally, seconds) = try await generator.run()
        } catch {
            let reason = (error as? TLSFault)?.said ?? "\(error)"
            throw RunFailure.unreachable(
                Language.said("\(address) 无服务应答：\(reason)", "no daemon answers at \(address): \(reason)")
            )
        }
        let report = LoadReport(tally: tally, seconds: seconds, applicationsPerCall: frames.applicationsPerCall)
        try self.output.show(json: { try Self.json(report) }, page: { report.write(to: &$0) })
        if let failure = tally.failure {
            throw RunFailure.other(Language.said("有连接提前结束：\(failure)", "a connection ended early: \(failure)"))
        }
    }

    /// The requests of the file; none where there is no file. An echo server has no schema to ask for.
    private func readRequests() async throws -> [GrantdEvaluateRequest] {
        guard let path = self.requests else { return [] }
        let text = try Input(path).readAll()
        guard !self.echo else { return try BenchLoad.read(text, path, nil) }
        return try await self.connection.withClient { client in
            let schema = try await DaemonSchema.fetch(client, address: self.connection.address)
            return try BenchLoad.read(text, path, schema)
        }
    }

    private static func json(_ report: LoadReport) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = Output.isTerminal ? [.sortedKeys, .prettyPrinted] : .sortedKeys
        return Array(try encoder.encode(report)) + [UInt8(ascii: "\n")]
    }
}
