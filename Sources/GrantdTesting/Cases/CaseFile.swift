//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCases
internal import GrantdPolicy

/// A file of worked cases: `.jsonl`, one JSON object a line, or `.yaml`, a list of them.
public struct CaseFile {
    /// The file's name.
    public let name: String
    let cases: [PolicyCase]

    /// Reads a file.
    ///
    /// - Throws: Where it cannot be read, or is no file of cases; the error names the line.
    public init(path: String) throws {
        let url = URL(fileURLWithPath: path)
        try self.init(name: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
    }

    /// Takes what a file holds.
    package init(name: String, bytes: [UInt8]) throws {
        self.name = name
        do throws(CaseDiagnostics) {
            self.cases = try PolicyCaseFile(name: name, bytes: bytes).cases
        } catch {
            let lines = error.list.map { "\($0.file):\($0.line): \($0.message.en)" }
            throw CaseFileError(description: lines.joined(separator: "\n"))
        }
    }

    /// The cases of the built-in programmes, a file each.
    package static func builtIn() throws -> [CaseFile] {
        try BuiltInCases.files.map { try CaseFile(name: $0.name, bytes: $0.bytes) }
    }

    /// The requests of its evaluations, as JSON texts.
    package var evaluations: [String] {
        self.cases.compactMap { item in
            guard case .evaluate(let request) = item.question else { return nil }
            return request.json
        }
    }

    /// The files that a path names: itself, or every `.jsonl` file of a directory, by name.
    public static func paths(at path: String) -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return [] }
        guard isDirectory.boolValue else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.sorted().map { path + "/" + $0 }
    }
}

/// A file of cases that is none.
public struct CaseFileError: Error, CustomStringConvertible {
    /// The file, the line, and what is wrong.
    public let description: String
}
