//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// A file of worked cases, one JSON object a line.
public struct CaseFile {
    /// One case.
    struct Case {
        let id: String
        /// The whole line.
        let object: [String: Any]
    }

    /// The file's name.
    public let name: String
    let cases: [Case]

    /// Reads a file.
    ///
    /// - Throws: Where it cannot be read, or a line is no JSON object; the error names the line.
    public init(path: String) throws {
        let url = URL(fileURLWithPath: path)
        self.name = url.lastPathComponent
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: true)
        self.cases = try lines.enumerated().map { number, line in
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw CaseFileError(description: "\(path):\(number + 1): no JSON object")
            }
            return Case(id: object["id"] as? String ?? "line \(number + 1)", object: object)
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
