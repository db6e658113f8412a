//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdWire

/// Where the daemon is and how it is spoken to.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: .said(
            "服务的地址；默认 \(GrantdAddress.standard)。",
            "Where the daemon listens; by default \(GrantdAddress.standard).",
            valueName: "host:port"
        ),
        transform: Self.address
    )
    var address = GrantdAddress.standard

    @Option(
        help: .said(
            "存有服务所要求令牌的文件：取第一个非空且不以 # 开头的行。",
            "A file with the token that the daemon asks for: the first line that is not empty and no # comment.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @OptionGroup var tls: TLSOptions

    @Option(
        help: .said(
            "等待答复的时间，重试计算在内；默认 10 秒，award 与 --jsonl 的每次调用 60 秒。",
            "How long to wait for an answer, retries included; by default 10, and 60 for each call of award and of --jsonl.",
            valueName: "seconds"
        )
    )
    var timeout: Seconds?

    /// Runs a body with a client; what its calls throw becomes the tool's own failures.
    ///
    /// - Parameter deadline: How long a call may take where nothing is asked for.
    func withClient<Value>(
        deadline: Seconds = Seconds(.seconds(10)),
        _ body: (GrantdClient) async throws -> Value
    ) async throws -> Value {
        var configuration = GrantdClientConfiguration.defaults
        configuration.deadline = (self.timeout ?? deadline).duration
        if let timeout { configuration.scoreDeadline = timeout.duration }
        configuration.token = try self.token()
        configuration.tls = try self.tls.configuration()
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
            throw ValidationError(
                Language.said("请写作 HOST:PORT，如 127.0.0.1:7843", "give it as HOST:PORT, as in 127.0.0.1:7843")
            )
        }
        return address
    }

    /// The token of ``tokenFile``.
    func token() throws -> String? {
        guard let path = self.tokenFile else { return nil }
        let file = try Input(path).readAll()
        do throws(TokenFile.Fault) {
            return String(decoding: try TokenFile.tokens(file).first ?? [], as: UTF8.self)
        } catch {
            throw RunFailure.badInput("\(path.printable): \(error.said)")
        }
    }
}

extension TokenFile.Fault {
    /// The fault in the language of this run.
    fileprivate var said: String {
        let zh =
            switch self {
            case .notUTF8: "令牌文件为 UTF-16；请另存为 UTF-8"
            case .badByte(let line): "令牌文件第 \(line) 行：令牌只能由可见的 ASCII 字符组成，中间没有空格"
            case .badForm(let line):
                "令牌文件第 \(line) 行：每行应写作“令牌”或“名称 [角色,…]: 令牌”；令牌只能由可见的 ASCII 字符组成，中间没有空格；名称最多 "
                    + "\(TokenFile.maximumNameLength) 个字母、数字或 . _ @ -"
            case .badRole(let line):
                "令牌文件第 \(line) 行：角色只有 \(TokenFile.Role.allCases.map(\.rawValue).joined(separator: "、"))"
            case .tooLong(let line, let count):
                "令牌文件第 \(line) 行：令牌最多 \(TokenFile.maximumLength) 字节，此处有 \(count) 字节"
            case .noToken: "令牌文件中没有令牌：请写在单独一行"
            }
        return Language.said(zh, self.description)
    }
}
