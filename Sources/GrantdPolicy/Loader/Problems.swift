//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The problems of one file, as they are found. Each is kept once.
final class Problems {
    /// More are not kept: a reader mends the first hundred before the rest is of use.
    static let most = PolicyProblems.most

    private let file: String
    private let source: SourceText?
    private var errors: Set<PolicyDiagnostic> = []
    private var warnings: Set<PolicyDiagnostic> = []

    /// - Parameters:
    ///   - file: The name to print.
    ///   - source: The text whose lines are quoted; `nil` where the file is no text.
    init(file: String, source: SourceText?) {
        self.file = file
        self.source = source
    }

    /// Whether no error was found. A file with warnings alone is served.
    var isEmpty: Bool { self.errors.isEmpty }

    /// Whether the next error would not be kept.
    var isFull: Bool { self.errors.count >= Self.most }

    /// Adds an error: the file is not served.
    func add(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: @autoclosure () -> Text) {
        guard !self.isFull else { return }
        self.errors.insert(self.diagnostic(.error, code, at: position, message()))
    }

    /// Adds an error whose text is the same in both languages.
    func add(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: String) {
        self.add(code, at: position, Text(zh: message, en: message))
    }

    /// Adds a warning: the file is served, unless its reader is told to be strict.
    func warn(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: @autoclosure () -> Text) {
        guard self.warnings.count < Self.most else { return }
        self.warnings.insert(self.diagnostic(.warning, code, at: position, message()))
    }

    private func diagnostic(
        _ severity: PolicyDiagnostic.Severity,
        _ code: PolicyDiagnostic.Code,
        at position: SourcePosition,
        _ message: Text
    ) -> PolicyDiagnostic {
        PolicyDiagnostic(
            file: self.file,
            line: position.line,
            column: position.column,
            code: code,
            severity: severity,
            message: message,
            sourceLine: self.source?.line(position.line) ?? ""
        )
    }

    /// Errors and warnings by place.
    func sorted() -> [PolicyDiagnostic] {
        self.errors.union(self.warnings).sorted {
            ($0.line, $0.column, $0.code.rawValue, $0.message.en)
                < ($1.line, $1.column, $1.code.rawValue, $1.message.en)
        }
    }
}
