//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The problems of one file, as they are found. Each is kept once.
final class DiagnosticCollector {
    /// More are not kept: a reader mends the first hundred before the rest is of use.
    static let most = LoaderLimits.diagnostics

    private struct Key: Hashable {
        let severity: PolicyDiagnostic.Severity
        let position: SourcePosition
        let code: PolicyDiagnostic.Code
        let message: Text
    }

    private let file: String
    private let source: SourceText?
    private let cancellation: LoadCancellation?
    private var errors: [PolicyDiagnostic] = []
    private var warnings: [PolicyDiagnostic] = []
    private var keys: Set<Key> = []

    /// - Parameters:
    ///   - file: The name to print.
    ///   - source: The text whose lines are quoted; `nil` where the file is no text.
    ///   - cancellation: Ends the search for problems; `nil` where nothing can.
    init(file: String, source: SourceText?, cancellation: LoadCancellation? = nil) {
        self.file = file
        self.source = source
        self.cancellation = cancellation
    }

    /// Whether no error was found. A file with warnings alone is served.
    var isEmpty: Bool { self.errors.isEmpty }

    /// Whether the search is over: the next error would not be kept, or nobody waits for the file any more. Whatever can
    /// go on for long looks at it.
    var isFull: Bool { self.errors.count >= Self.most || self.cancellation?.isCancelled ?? false }

    /// Adds an error: the file is not served.
    func add(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: @autoclosure () -> Text) {
        guard !self.isFull else { return }
        if let diagnostic = self.diagnostic(.error, code, at: position, message()) { self.errors.append(diagnostic) }
    }

    /// Adds a warning: the file is served, unless its reader is told to be strict.
    func warn(_ code: PolicyDiagnostic.Code, at position: SourcePosition, _ message: @autoclosure () -> Text) {
        guard self.warnings.count < Self.most else { return }
        if let diagnostic = self.diagnostic(.warning, code, at: position, message()) {
            self.warnings.append(diagnostic)
        }
    }

    /// The end of a message about a name that is not known: the one that was probably meant. Nothing once the search is
    /// over, since looking for it takes its time.
    func suggestion(for name: String, among candidates: @autoclosure () -> some Sequence<String>) -> Text {
        self.isFull ? Text(zh: "", en: "") : Suggestion.suffix(for: name, among: candidates())
    }

    /// `nil` where the same was said before.
    private func diagnostic(
        _ severity: PolicyDiagnostic.Severity,
        _ code: PolicyDiagnostic.Code,
        at position: SourcePosition,
        _ message: Text
    ) -> PolicyDiagnostic? {
        let key = Key(severity: severity, position: position, code: code, message: message)
        guard self.keys.insert(key).inserted else { return nil }
        return PolicyDiagnostic(
            file: self.file,
            line: position.line,
            column: position.column,
            code: code,
            severity: severity,
            message: message,
            sourceLine: self.source?.line(position.line) ?? ""
        )
    }

    /// The place of the scalar at `offset` of a node's text.
    func position(ofScalar offset: Int, in node: YAMLNode) -> SourcePosition {
        self.source?.position(ofScalar: offset, in: node) ?? node.position
    }

    /// Errors and warnings by place.
    func sorted() -> [PolicyDiagnostic] {
        (self.errors + self.warnings).sorted {
            ($0.line, $0.column, $0.code.rawValue, $0.message.en)
                < ($1.line, $1.column, $1.code.rawValue, $1.message.en)
        }
    }
}
