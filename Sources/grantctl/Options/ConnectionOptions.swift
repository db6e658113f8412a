//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient

/// Where the daemon is and how it is spoken to.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the daemon listens; by default \(GrantdAddress.standard).", valueName: "host:port"),
        transform: Self.address
    )
    var address = GrantdAddress.standard

    @Option(
        help: ArgumentHelp(
            "A file with the token that the daemon asks for: the first line that is not empty and no # comment.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "seconds"))
    var timeout = Seconds(.seconds(10))

    /// Runs a body with a client; what its calls throw becomes the tool's own failures.
    func withClient<Value>(_ body: (GrantdClient) async throws -> Value) async throws -> Value {
        var configuration = GrantdClientConfiguration.defaults
        configuration.deadline = self.timeout.duration
        configuration.token = try self.token()
        do {
            return try await withGrantdClient(address: self.address, configuration: configuration) { client in
                try await body(client)
            }
        } catch let error as GrantdClientError {
            throw RunFailure(error, address: self.address)
        }
    }

    private static func address(_ text: String) throws -> GrantdAddress {
        guard let address = GrantdAddress(text) else {
            throw ValidationError("give it as HOST:PORT, as in 127.0.0.1:7843")
        }
        return address
    }

    /// The token of ``tokenFile``.
    func token() throws -> String? {
        guard let path = self.tokenFile else { return nil }
        // As the daemon reads the same file: what is empty or begins with # is no token.
        let lines = String(decoding: try Input(path).readAll(), as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let token = lines.lazy.map({ $0.trimmingSpace() }).first(where: { !$0.isEmpty && $0.first != "#" }) else {
            throw RunFailure.badInput("\(path.printable) holds no token")
        }
        return String(token)
    }
}

extension Substring {
    fileprivate func trimmingSpace() -> Substring {
        let front = self.drop(while: \.isWhitespace)
        return front.lastIndex { !$0.isWhitespace }.map { front[...$0] } ?? ""
    }
}
