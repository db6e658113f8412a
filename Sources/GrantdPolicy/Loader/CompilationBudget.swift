//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How many expressions may still be compiled for one file. One that several measures share is compiled for each of them, so
/// that a small file could ask for work without end.
final class CompilationBudget {
    private var expressions = LoaderLimits.expressions
    private var bytes = LoaderLimits.expressionBytes

    /// Takes an expression from the budget.
    ///
    /// - Returns: Whether there was enough of it; the lack is reported, once.
    func take(_ text: String, at position: SourcePosition, _ problems: Problems) -> Bool {
        guard self.expressions > 0, self.bytes > 0 else { return false }
        self.expressions -= 1
        self.bytes -= text.utf8.count
        guard self.expressions == 0 || self.bytes <= 0 else { return true }
        self.expressions = 0
        let message = Text(
            zh: """
                文件的表达式太多：共用的按每项措施各算一次，最多 \(LoaderLimits.expressions) 个、\(LoaderLimits.expressionBytes) 字节
                """,
            en: """
                the file has too many expressions: one that measures share counts for each of them, and at most \
                \(LoaderLimits.expressions) with \(LoaderLimits.expressionBytes) bytes are compiled
                """
        )
        problems.add(.tooLarge, at: position, message)
        return false
    }
}
