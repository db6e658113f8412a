//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdDecisionLog
internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdPolicy
internal import GrantdServer
internal import GrantdService
internal import Logging
internal import ProcessArguments

/// `grantd serve`: listens and answers until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Listens and answers until SIGTERM or SIGINT.",
        discussion: """
            Prints `listening on HOST:PORT` on standard output when it is ready, and `grpc listening on HOST:PORT` with \
            --grpc; logs go to standard error. \
            The port speaks baidu_std frames and HTTP/1.1: JSON by the Connect protocol, pages for people. \
            SIGHUP loads the policies, the tokens and the certificate anew (bad ones never replace good ones), SIGUSR1 writes the counters to the log. \
            Exit codes: 0 stopped as told, 64 usage, 65 a policy file is not as it should be, 1 anything else.
            """
    )

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "number"))
    var port: UInt16 = 7843

    @Option(
        help: ArgumentHelp(
            "Serve stock gRPC here too; port 0 takes a free one. Only in builds with the trait GRPC.",
            valueName: "host:port"
        )
    )
    var grpc: ListenAddress?

    @Option(help: ArgumentHelp("Event loops, a thread each; all cores unless given.", valueName: "number"))
    var threads: Int?

    @Option(
        name: .customLong("policies"),
        help: ArgumentHelp(
            """
            The policy files of this directory: a programme replaces the built-in one of its id, whole, or joins them; a working \
            calendar or a register of documents replaces the built-in one; files of cases are passed over. May be given \
            more than once, no programme twice, one calendar and one register in all. Read anew on SIGHUP.
            """,
            valueName: "directory"
        )
    )
    var policies: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep every policy file that is served, what digests name, and all numbers ever served, here; refuse what clients in the field would misread.",
            valueName: "directory"
        )
    )
    var policyArchive: String?

    @Option(
        help: ArgumentHelp(
            """
            Keep the book of awards in this file (SQLite), which is made where there is none, or at postgres://USER@HOST/DATABASE, \
            which several daemons may share, in builds with the trait PostgreSQL (the password in ~/.pgpass). Without a book only \
            dry runs are answered by Awards.
            """,
            valueName: "file|address"
        )
    )
    var ledger: String?

    @OptionGroup(title: "The log of decisions") var decisions: DecisionLogOptions

    @Option(
        help: ArgumentHelp(
            """
            Let go of the answers to idempotency keys after so many days: a key older than that awards again. By default they are \
            kept for good.
            """,
            valueName: "days"
        )
    )
    var keepKeys: Int?

    @Option(
        help: ArgumentHelp(
            """
            A line is TOKEN, or NAME [ROLE,…]: TOKEN with the roles ask, agency and operate; every call must carry one of the \
            tokens, but the question after the daemon's health. Visible ASCII; # begins a comment. Read anew on SIGHUP.
            """,
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Serve everything over TLS, with this certificate and those that lead to its authority, in PEM. Read anew on SIGHUP.",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(help: ArgumentHelp("The key of the certificate, in PEM, without a passphrase.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Ask every peer for a certificate from one of these authorities, in PEM.",
            valueName: "file"
        )
    )
    var tlsClientCA: String?

    @Option(
        name: .customLong("http-allow-origin"),
        help: ArgumentHelp(
            "Let scripts of this origin call, like https://example.org; * lets those of all origins, without a token. May be given more than once.",
            valueName: "origin"
        )
    )
    var allowedOrigins: [String] = []

    @Flag(help: "Tell /metrics, /openapi.json and /schema.binpb to those without a token.")
    var publicHealth = false

    @Flag(help: "Show the pages for people to those without a token.")
    var publicPages = false

    @Flag(help: "Listen on an address that others can reach although no token is asked for.")
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "Connections at a time. For the next one the longest idle is closed; where none is idle, the next one itself.",
            valueName: "number"
        )
    )
    var connections = Limits.defaults.connections

    @Option(
        help: ArgumentHelp(
            "The same for one peer address (an IPv6 /64), loopback too; a quarter of --connections, at least 16, unless given.",
            valueName: "number"
        )
    )
    var connectionsPerPeer: Int?

    @Option(help: "What is logged: this level and those above it.")
    var logLevel = LogLevel.info

    @Option(help: "How log lines read.")
    var logFormat: LogFormat = .text

    @Option(
        help: ArgumentHelp("How long a stopping daemon may take to answer what is in flight.", valueName: "seconds")
    )
    var gracePeriod = 10

    @Option(
        help: ArgumentHelp(
            """
            How long a daemon that is told to stop goes on serving, though not ready by /readyz and Health/Check, so that balancers \
            send their work elsewhere; a second signal ends it. The grace period begins after it.
            """,
            valueName: "seconds"
        )
    )
    var drainDelay = 0

    @Option(
        help: ArgumentHelp(
            "Log the calls that take this long, with their ids; 0 for none.",
            valueName: "milliseconds"
        )
    )
    var slowCall = 1000

    @Option(help: ArgumentHelp("Write the counters to the log so often; 0 for never.", valueName: "seconds"))
    var statsInterval = 0

    func validate() throws {
        if let threads = self.threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads takes 1 to 1024")
        }
        if self.grpc != nil, !StockGRPC.isBuiltIn {
            throw ValidationError(
                "this build of grantd has no gRPC: build it with `swift build --traits GRPC`, or leave --grpc out"
            )
        }
        if let ledger, BookLocation(text: ledger).isAddress, !BookLocation.isPostgreSQLBuiltIn {
            throw ValidationError(
                "this build of grantd has no PostgreSQL: build it with `swift build --traits PostgreSQL`, or give --ledger a file"
            )
        }
        if let days = self.keepKeys {
            guard (1...36_500).contains(days) else { throw ValidationError("--keep-keys takes 1 to 36500 days") }
            guard self.ledger != nil else { throw ValidationError("--keep-keys goes with --ledger") }
        }
        guard (self.tlsCert == nil) == (self.tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
        if self.tlsClientCA != nil, self.tlsCert == nil {
            throw ValidationError("--tls-client-ca asks for TLS: give --tls-cert and --tls-key too")
        }
        for origin in self.allowedOrigins where !Self.isOrigin(origin) {
            throw ValidationError(
                "--http-allow-origin takes * or an origin as browsers write it, like https://example.org, not \(origin)"
            )
        }
        guard (1...1_000_000).contains(self.connections) else {
            throw ValidationError("--connections takes 1 to 1000000")
        }
        if let most = self.connectionsPerPeer, !(1...self.connections).contains(most) {
            throw ValidationError("--connections-per-peer takes 1 to the number of --connections")
        }
        guard (1...86_400).contains(self.gracePeriod) else {
            throw ValidationError("--grace-period takes 1 to 86400 seconds")
        }
        guard (0...86_400).contains(self.drainDelay) else {
            throw ValidationError("--drain-delay takes 0 to 86400 seconds")
        }
        guard (0...86_400_000).contains(self.slowCall) else {
            throw ValidationError("--slow-call takes 0 to 86400000 milliseconds")
        }
        guard (0...86_400).contains(self.statsInterval) else {
            throw ValidationError("--stats-interval takes 0 to 86400 seconds")
        }
    }

    /// `scheme://host[:port]`, in small letters and without a path.
    private static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let host = text.utf8.dropFirst(scheme.utf8.count)
            return !host.isEmpty
                && host.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x3A).contains(byte) || "-.[]".utf8.contains(byte)
                }
        }
        return false
    }

    func run() async throws {
        if let problem = ProcFilesystem.problem { throw self.complain(problem, code: .failure) }
        let threads = (self.threads ?? ServerConfiguration.threadsForAllCores) * (self.grpc == nil ? 1 : 2)
        if let problem = AddressSpaceLimit.problem(threads: threads) { throw self.complain(problem, code: .failure) }
        // A peer that is gone is an error of its connection, and a file that may not grow one of its writer, never the end of
        // the daemon; the other two are trapped later.
        for signalNumber in [SIGPIPE, SIGHUP, SIGUSR1, SIGXFSZ] { signal(signalNumber, SIG_IGN) }
        let handler = GrantdLogHandler(level: self.logLevel.level, format: self.logFormat)
        let logger = Logger(label: "grantd") { _ in handler }
        defer { LogSink.standardError.flush() }

        var configuration: ServerConfiguration
        var grpcConfiguration: ServerConfiguration?
        let tokens: TokenSource?
        let tls: TLSSource?
        do throws(ServerStartError) {
            if let path = self.tokenFile {
                tokens = try TokenSource(path: path, logger: logger)
            } else {
                tokens = nil
            }
            tls = try self.makeTLS(logger)
            configuration = try self.makeConfiguration(tokens, tls)
            grpcConfiguration = try self.makeGRPCConfiguration(configuration)
        } catch {
            throw self.complain(error.message, code: error.code == .exposure ? .validationFailure : .failure)
        }
        if self.policyArchive == nil, !self.policies.isEmpty {
            logger.warning("no --policy-archive: the numbers of policy files served earlier are not known")
        }
        let source = PolicyDirectories(
            paths: self.policies,
            admission: PolicyAdmission(archive: self.policyArchive.map { PolicyArchive(path: $0) })
        )
        let policies: CompiledPolicies
        switch source.load() {
        case .success(let loaded):
            policies = loaded
        case .failure(let failure):
            for line in failure.lines { StandardStream.writeError(line) }
            StandardStream.writeError(failure.count)
            throw failure.isUnreadable ? ExitCode.failure : ExitCode(65)
        }
        let listeners = grpcConfiguration == nil ? 1 : 2
        let fewer = OpenFileLimit.raise(
            forConnections: configuration.limits.connections * listeners,
            loops: configuration.threads * listeners
        )
        if let fewer {
            guard fewer > 0 else {
                throw self.complain(
                    "the limit on open files leaves room for no connection: raise it (ulimit -n), or use fewer --threads",
                    code: .failure
                )
            }
            logger.warning(
                "the limit on open files leaves room for fewer connections",
                metadata: [
                    "connections": .stringConvertible(fewer),
                    "wanted": .stringConvertible(configuration.limits.connections * listeners),
                ]
            )
        }
        logger.info("policies loaded", metadata: ControlService.counts(policies))
        ControlService.log(warningsOf: policies, to: logger)
        let decisionLog = try self.openDecisionLog(configuration, policies, logger)
        defer { decisionLog?.close() }
        let ledger = try self.openLedger(configuration, logger)
        defer {
            // What waits for the log must not keep the book from being closed.
            decisionLog?.stopWaiting()
            ledger.close()
        }
        let monitor = self.makeMonitor(configuration, decisionLog)
        configuration.ledger = ledger
        configuration.decisionLog = decisionLog
        configuration.monitor = monitor
        monitor.watch(ledger)
        grpcConfiguration?.ledger = ledger
        grpcConfiguration?.decisionLog = decisionLog
        grpcConfiguration?.monitor = monitor
        let server = GrantdServer(configuration: configuration, policies: policies, logger: logger) { address in
            StandardStream.announce("listening on \(GrantdServer.text(of: address))")
        }
        let transports = [
            grpcConfiguration.flatMap { StockGRPC.server(configuration: $0, policies: policies, logger: logger) }
        ]
        .compactMap(\.self)
        let control = ControlService(
            server: server,
            transports: transports,
            logger: logger,
            interval: self.statsInterval > 0 ? .seconds(self.statsInterval) : nil,
            tokens: tokens,
            tls: tls,
            decisionLog: decisionLog,
            load: { source.load($0).mapError { ControlService.LoadFailure(lines: $0.lines) } }
        )
        let drain =
            self.drainDelay > 0
            ? DrainService(
                delay: .seconds(self.drainDelay),
                readiness: configuration.readiness,
                transports: transports,
                logger: logger
            ) : nil
        do {
            try await Daemon.run(server: server, transports: transports, control: control, drain: drain, logger: logger)
        } catch let error as ServerStartError {
            throw self.complain(error.message, code: .failure)
        }
    }

    private func makeMonitor(_ configuration: ServerConfiguration, _ decisionLog: FileDecisionLog?) -> Monitor {
        let monitor = Monitor(
            tokens: configuration.tokens,
            readiness: configuration.readiness,
            decisionLog: decisionLog
        )
        if configuration.tls != nil { monitor.reloads.begin(.certificates) }
        return monitor
    }

    private func openDecisionLog(
        _ configuration: ServerConfiguration,
        _ policies: CompiledPolicies,
        _ logger: Logger
    ) throws -> FileDecisionLog? {
        guard let settings = self.decisions.settings else { return nil }
        let report = DecisionLogReport(logger)
        do throws(DecisionLogFault) {
            return try FileDecisionLog(settings, tokens: configuration.tokens, policies: policies) { report.tell($0) }
        } catch {
            throw self.complain(
                "--decision-log\(error.code == .setting ? "-mask" : ""): \(error.message)",
                code: error.code == .setting ? .validationFailure : .failure
            )
        }
    }

    private func openLedger(_ configuration: ServerConfiguration, _ logger: Logger) throws -> AwardLedger {
        let log = LedgerLog(logger)
        func ledger(_ store: sending (any AwardStore)?) -> AwardLedger {
            AwardLedger(store: store, limits: configuration.limits, clock: configuration.clock) { log.report($0) }
        }
        guard let location = self.ledger.map(BookLocation.init) else { return ledger(nil) }
        do throws(LedgerFault) {
            let opened = ledger(try location.open(keptReplies: self.keepKeys.map { Int64($0) * 86_400_000 }))
            logger.info(
                "the book of awards is open",
                metadata: [
                    "store": "\(location.isAddress ? "postgresql" : "sqlite")",
                    "keys_kept": "\(self.keepKeys.map { "\($0) days" } ?? "for good")",
                ]
            )
            return opened
        } catch {
            throw self.complain("--ledger: \(error.message)", code: .failure)
        }
    }

    private func makeTLS(_ logger: Logger) throws(ServerStartError) -> TLSSource? {
        guard let certificates = self.tlsCert, let key = self.tlsKey else { return nil }
        let paths = TLSSource.Paths(certificates: certificates, key: key, clientAuthorities: self.tlsClientCA)
        return try TLSSource(paths, logger: logger)
    }

    private func makeConfiguration(
        _ tokens: TokenSource?,
        _ tls: TLSSource?
    ) throws(ServerStartError) -> ServerConfiguration {
        var configuration = ServerConfiguration.defaults
        // `[::1]`, as it stands in an address, is as good as `::1`.
        configuration.host =
            self.host.hasPrefix("[") && self.host.hasSuffix("]") ? String(self.host.dropFirst().dropLast()) : self.host
        configuration.port = Int(self.port)
        configuration.threads = self.threads ?? ServerConfiguration.threadsForAllCores
        configuration.limits.connections = self.connections
        configuration.limits.connectionsPerPeer = self.connectionsPerPeer
        configuration.gracePeriod = .seconds(self.gracePeriod)
        if let tokens { configuration.tokens = tokens.tokens }
        configuration.slowCall = self.slowCall > 0 ? .milliseconds(self.slowCall) : nil
        configuration.tls = tls
        configuration.http.allowedOrigins = self.allowedOrigins
        configuration.http.isOperationPublic = self.publicHealth
        configuration.http.arePagesPublic = self.publicPages
        configuration.http.isSecure = configuration.tls != nil
        try configuration.checkExposure(isInsecure: self.insecure)
        return configuration
    }

    /// The same daemon at the address of gRPC.
    private func makeGRPCConfiguration(
        _ frames: ServerConfiguration
    ) throws(ServerStartError) -> ServerConfiguration? {
        guard let address = self.grpc else { return nil }
        var configuration = frames
        configuration.host = address.host
        configuration.port = address.port
        try configuration.checkExposure(isInsecure: self.insecure)
        return configuration
    }

    private func complain(_ message: String, code: ExitCode) -> ExitCode {
        StandardStream.writeError("grantd: \(message)")
        return code
    }
}

extension LogFormat: ExpressibleByArgument {}
