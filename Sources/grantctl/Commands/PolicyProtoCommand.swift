//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdPolicy

/// `grantctl policy proto FILE… --out DIR`: the contract's .proto files, written from programmes.
struct PolicyProtoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proto",
        abstract: Language.said(
            "由政策文件生成接口契约（.proto）。",
            "Write the contract's .proto files from policy files."
        ),
        discussion: Language.said(
            """
            默认写出含内置项目和所列文件的完整契约：grantd/v1/application.proto 和各项目的 facts/*.proto。\
            加 --extension 则只写所列文件的 facts/*.proto 及其扩展，供已带契约的客户端使用；线上字节相同。
            """,
            """
            Writes the whole contract, the built-in programmes and the files: grantd/v1/application.proto and a facts/*.proto \
            for each programme. With --extension only the facts/*.proto of the files, and an extension of Application for \
            each, for clients whose library brings the contract along; the bytes on the wire are the same.
            """
        )
    )

    @Argument(
        help: .said(
            "政策文件；不写则只有内置项目。",
            "The policy files; the built-in programmes alone without any.",
            valueName: "file"
        )
    )
    var files: [String] = []

    @Option(help: .said("写入的目录。", "The folder to write to.", valueName: "dir"))
    var out: String

    @Flag(name: .customLong("extension"), help: .said("写成 Application 的扩展。", "Write extensions of Application."))
    var isExtension = false

    func run() throws {
        let schemas: [FactsSchema]
        do throws(PolicyDiagnostics) {
            let programmes = try PolicySet.builtIn(with: PolicyFiles(paths: self.files)).programmes
            // What one of them reserves is no other's to use.
            let diagnostics = ContractLedger().diagnostics(of: programmes)
            guard diagnostics.isEmpty else { throw PolicyDiagnostics(diagnostics) }
            schemas = programmes.map(\.facts)
        } catch {
            try Output.write(error.description(in: Language.spoken.ofPolicies) + "\n")
            throw RunFailure.told(ExitCode(65))
        }
        let files: [ProtoFiles.File]
        if self.isExtension {
            let builtIn = Set(BuiltInFiles.embedded.programmes)
            do throws(ProtoFiles.ExtensionError) {
                files = try ProtoFiles.extensions(schemas.filter { !builtIn.contains($0.programme) })
            } catch {
                throw RunFailure.badInput(Language.said(error.message.zh, error.message.en))
            }
        } else {
            files = ProtoFiles.contract(schemas)
        }
        let prefix = self.out.hasSuffix("/") ? self.out : self.out + "/"
        for file in files {
            let path = prefix + file.path
            try OutputFile.makeDirectories(above: path)
            try OutputFile.write(Array(file.text.utf8), to: path)
            try Output.write(path + "\n")
        }
    }
}
