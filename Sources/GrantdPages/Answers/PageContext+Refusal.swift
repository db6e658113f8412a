//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdJSON

extension PageContext {
    /// Why there is no answer.
    struct Refusal: Error {
        enum Cause: Hashable {
            /// With other answers there is one.
            case answers
            /// There is more in them than a call may take.
            case tooMuch
            /// It would be so with any answers.
            case fault
        }

        let cause: Cause
        /// The place in the request: `patent_conversion_institution.deals[0].valid`. Empty where there is none.
        let field: String
        let message: DaemonMessage

        init(_ error: CallError) {
            self.cause =
                switch error.code {
                case 1003: .answers
                case 2004: .tooMuch
                default: .fault
                }
            self.field = error.field
            self.message = DaemonMessage(error.message)
        }

        init(_ fault: JSONFault) {
            self.cause = fault.kind == .limit ? .tooMuch : .answers
            self.field = fault.field
            self.message = DaemonMessage(zh: fault.zh, en: fault.en)
        }
    }
}

extension PageContext.Refusal {
    /// What stands beside the question that it is about.
    ///
    /// - Parameter isAnswered: Whether that has an answer.
    func problem(with question: Question, isAnswered: Bool) -> AnswerDiagnostic {
        if self.cause == .tooMuch { return AnswerDiagnostic(.tooMany, Words.Answers.tooMuch) }
        if !isAnswered {
            do throws(AnswerDiagnostic) { _ = try question.read("") } catch { return error }
        }
        return AnswerDiagnostic(.notAChoice, Words.Answers.contradicts((self.message.zh, self.message.en)))
    }

    /// The page that says it where it is about none of the questions.
    var page: ErrorPage.Reason {
        switch self.cause {
        case .answers: .refused(self.message)
        case .tooMuch: .tooLarge
        case .fault: .fails(self.message)
        }
    }
}
