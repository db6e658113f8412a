//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// How much may still be compiled for one file. An expression that several measures share is compiled for each of them, so
/// that a small file could ask for work without end; and so could many files that are each within their bounds, which
/// therefore share one budget more.
package final class CompilationBudget {
    /// What all files of a load have together.
    package final class Shared: Sendable {
        private let rest = Mutex(
            (
                measures: LoaderLimits.allMeasures, expressions: LoaderLimits.allExpressions,
                bytes: LoaderLimits.allExpressionBytes
            )
        )

        package init() {}

        /// Takes the measures of a file.
        ///
        /// - Returns: Whether there were enough.
        func take(measures count: Int) -> Bool {
            self.rest.withLock { rest in
                rest.measures -= count
                return rest.measures >= 0
            }
        }

        /// Takes an expression of so many bytes.
        ///
        /// - Returns: Whether there was enough.
        package func take(bytes: Int) -> Bool {
            self.rest.withLock { rest in
                guard rest.expressions > 0, rest.bytes >= bytes else {
                    // What is left is for no other file: it is refused with this one.
                    rest.bytes = 0
                    return false
                }
                rest.expressions -= 1
                rest.bytes -= bytes
                return true
            }
        }
    }

    private let shared: Shared
    private var expressions = LoaderLimits.expressions
    private var bytes = LoaderLimits.expressionBytes

    init(_ shared: Shared) {
        self.shared = shared
    }

    /// Takes an expression from the budget.
    ///
    /// - Returns: Whether there was enough of it; the lack is reported, once.
    func take(_ text: String, at position: SourcePosition, _ diagnostics: DiagnosticCollector) -> Bool {
        guard self.expressions > 0 else { return false }
        self.expressions -= 1
        self.bytes -= text.utf8.count
        guard self.expressions > 0, self.bytes > 0 else {
            return self.end(
                Text(
                    zh: """
                        文件的表达式太多：共用的按每项措施各算一次，最多 \(LoaderLimits.expressions) 个、\(LoaderLimits.expressionBytes) 字节
                        """,
                    en: """
                        the file has too many expressions: one that measures share counts for each of them, and at most \
                        \(LoaderLimits.expressions) with \(LoaderLimits.expressionBytes) bytes are compiled
                        """
                ),
                at: position,
                diagnostics
            )
        }
        guard self.shared.take(bytes: text.utf8.count) else {
            return self.end(
                Text(
                    zh: """
                        全部政策文件的表达式太多：共用的按每项措施各算一次，合计最多 \(LoaderLimits.allExpressions) 个、\
                        \(LoaderLimits.allExpressionBytes) 字节
                        """,
                    en: """
                        the policy files have too many expressions together: one that measures share counts for each of them, \
                        and at most \(LoaderLimits.allExpressions) with \(LoaderLimits.allExpressionBytes) bytes are compiled
                        """
                ),
                at: position,
                diagnostics
            )
        }
        return true
    }

    private func end(_ message: Text, at position: SourcePosition, _ diagnostics: DiagnosticCollector) -> Bool {
        self.expressions = 0
        diagnostics.add(.tooLarge, at: position, message)
        return false
    }
}
