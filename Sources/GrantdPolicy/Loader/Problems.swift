//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The problems of one file, as they are found. Each is kept once.
final class Problems {
    /// More are not kept: a reader mends the first hundred before the rest is of use.
    static let most = 100

    private let file: String
    private let source: SourceText?
    private var found: Set<PolicyDiagnostic> = []

    /// - Parameters:
    ///   - file: The name to print.
    ///   - source: The text whose lines are quoted; `nil` where the file is no text.
    init(file: String, source: SourceText?) {
        self.file = file
        self.source = source
    }

    /// Whether none was found.
    var isEmpty: Bool { self.found.isEmpty }

    /// Whether the next one would not be kept.
    var isFull: Bool { self.found.count >= Self.most }

    func add(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: String) {
        let diagnostic = PolicyDiagnostic(
            file: self.file,
            line: position.line,
            column: position.column,
            code: code,
            message: message,
            sourceLine: self.source?.line(position.line) ?? ""
        )
        guard !self.found.contains(diagnostic) else { return }
        guard !self.isFull else { return }
        self.found.insert(diagnostic)
    }

    func add(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: Text) {
        self.add(code, at: position, message.en)
    }

    /// All of them by place, with a closing line where the search was ended.
    func sorted() -> [PolicyDiagnostic] {
        var all = self.found.sorted {
            ($0.line, $0.column, $0.code.rawValue, $0.message) < ($1.line, $1.column, $1.code.rawValue, $1.message)
        }
        if self.isFull, let last = all.last {
            all.append(
                PolicyDiagnostic(
                    file: self.file,
                    line: last.line,
                    column: last.column,
                    code: .tooMany,
                    message: "there may be more problems; the search ends with \(Self.most)",
                    sourceLine: ""
                )
            )
        }
        return all
    }
}
