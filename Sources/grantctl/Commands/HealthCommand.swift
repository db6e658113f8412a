//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl health`: whether the daemon serves.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: Language.said("询问服务是否正常。", "Ask whether the daemon serves."),
        discussion: Language.said(
            "退出码：0 服务正常，1 未在服务，69 无应答。",
            "Exits with 0 where it serves, 1 where it does not, 69 where nobody answers."
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: .said(
            "某项服务的全名，如 grantd.v1.Calculator；默认整个服务。",
            "A service's full name, as grantd.v1.Calculator; by default the daemon as a whole."
        )
    )
    var service: String = ""

    func run() async throws {
        let status = try await self.connection.withClient { try await $0.health(service: self.service) }
        var response = HealthHealthCheckResponse()
        response.status = status
        let address = self.connection.address
        try self.output.show(response) { page in
            let (text, tone) = page.language.health(status)
            page.line("\(address)  \(text)", tone)
        }
        guard status == .serving else { throw RunFailure.told(ExitCode(1)) }
    }
}

extension Language {
    fileprivate func health(_ status: HealthHealthCheckResponse.ServingStatus) -> (text: String, tone: Tone) {
        switch status {
        case .serving: (self("服务正常", "serving"), .good)
        case .notServing: (self("未在服务", "not serving"), .bad)
        case .serviceUnknown: (self("没有该服务", "no such service"), .bad)
        case .unknown, .UNRECOGNIZED: (self("状态未知", "not known"), .doubtful)
        }
    }
}
