//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix

// The plain-text answer of Hummingbird, the server of HTTP on SwiftNIO, with one event loop: what `scripts/bench-http.sh` measures
// the daemon beside.

let router = Router()
router.get("/plaintext") { _, _ in "Hello, World!" }
var logger = Logger(label: "hummingbird_server")
logger.logLevel = .error
let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { channel in
        let address = channel.localAddress
        let line = "listening on \(address?.ipAddress ?? "?"):\(address?.port ?? 0)\n"
        // Not by way of a buffer: whoever reads it waits.
        _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
    },
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
    logger: logger
)
try await application.runService()
