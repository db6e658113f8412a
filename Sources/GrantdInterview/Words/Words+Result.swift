//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The result of an application.
    package enum Result {
        package static let title = BilingualText(zh: "测算结果", en: "Result")

        // MARK: - The verdict

        package static func mark(_ outcome: AssessmentOutcome, _ language: Language) -> String {
            switch outcome {
            case .eligible: "✓"
            case .undetermined: language("？", "?")
            case .exhausted: language("！", "!")
            case .ineligible: "✗"
            case .notInForce: "—"
            }
        }

        package static let review = BilingualText(
            zh: "本结果为测算，以主管部门审核为准。",
            en: "This is a calculation; the competent authority decides."
        )

        package static func usedUp(_ cap: String, _ language: Language) -> String {
            language("\(cap)已经用完，本次没有可得金额。", "\(cap): used up; nothing is left for this application.")
        }

        package static let isUndecided = BilingualText(
            zh: "还缺下面这些信息，补上就能判断。",
            en: "Some facts are still missing; with them it can be decided."
        )
        package static let isUndecidedBound = BilingualText(
            zh: "如果其余条件都符合，最多可得这么多。还缺下面这些信息，补上就能判断。",
            en:
                "This is the most it could come to if everything else holds. Some facts are still missing; with "
                + "them it can be decided."
        )

        package static func notInForce(_ interval: String, _ day: String, _ language: Language) -> String {
            language(
                "这项措施的施行期是\(interval)，您测算的日期（\(day)）不在其中。",
                "The measure is in force \(interval); the day asked about, \(day), lies outside."
            )
        }

        package static func ruledOut(by label: String, _ language: Language) -> String {
            language("有不予支持的情形：\(label)", "Ruled out by: \(label)")
        }

        package static func notMet(_ label: String, _ language: Language) -> String {
            language("不符合：\(label)", "Not met: \(label)")
        }

        package static let wouldChange = BilingualText(zh: "怎样才会符合", en: "What would make it eligible")

        // MARK: - What is missing

        package static let missing = BilingualText(zh: "还需要这些信息", en: "What is still missing")
        package static let answer = BilingualText(zh: "去回答", en: "Answer")

        package static func moreMissing(_ count: Int64, _ language: Language) -> String {
            language("另有 \(count) 项。", "\(count) more.")
        }

        // MARK: - The sum

        package static let sum = BilingualText(zh: "为什么是这个数", en: "Why this sum")
        package static let decidesSum = BilingualText(zh: "由它决定金额", en: "decides the sum")

        package static func usedBefore(_ sum: String, _ language: Language) -> String {
            language("此前已用 \(sum)", "used before: \(sum)")
        }

        package static func thisApplication(_ sum: String, isBound: Bool, _ language: Language) -> String {
            let sum = isBound ? language.atMost(sum) : sum
            return language("本次\(isBound ? "" : " ")\(sum)", "this application: \(sum)")
        }

        package static func left(_ sum: String, _ language: Language) -> String {
            language("剩余 \(sum)", "left: \(sum)")
        }

        package static let usedIsUnknown = BilingualText(
            zh: "此前用了多少，尚不清楚",
            en: "what earlier awards have used is not known"
        )
        package static let lines = BilingualText(zh: "具体内容", en: "In detail")
        package static let rules = BilingualText(zh: "逐条核对", en: "Rule by rule")
        package static let reasoning = BilingualText(zh: "查看完整的判断过程", en: "The whole reasoning")
        package static let answers = BilingualText(zh: "我的回答", en: "Your answers")
        package static let goOn = BilingualText(zh: "继续回答其余问题", en: "Answer the rest too")

        // MARK: - Source and record

        package static let source = BilingualText(zh: "依据与留存", en: "Source and record")

        package static func asOf(_ day: String, _ language: Language) -> String {
            language("以\(day)为准；施行期：", "As of \(day); in force ")
        }

        package static let digest = BilingualText(zh: "政策文件校验码 ", en: "Digest of the policy file ")

        package static func engine(_ version: String, _ language: Language) -> String {
            language("，测算引擎 \(version)", ", engine \(version)")
        }

        package static let keep = BilingualText(
            zh: "需要留存的，可以直接打印本页（Ctrl+P 或 ⌘P，已按 A4 排版），或下载请求文件。",
            en: "To keep it, print this page (Ctrl+P or ⌘P, laid out for A4), or download the request."
        )
        package static let changeAnswers = BilingualText(zh: "核对和修改我的回答", en: "Check and change my answers")
        package static let download = BilingualText(zh: "下载请求（JSON）", en: "Download the request (JSON)")
        package static let byProgram = BilingualText(
            zh: "用程序查询：请求与 curl 命令",
            en: "Ask by program: the request and a line for curl"
        )
        package static let request = BilingualText(zh: "请求（JSON）", en: "The request (JSON)")
        package static let curl = BilingualText(zh: "curl 命令", en: "For curl")
        package static let curlWithToken = BilingualText(
            zh: "curl 命令（令牌放在变量 TOKEN 中）",
            en: "For curl (with the token in the variable TOKEN)"
        )
    }
}
