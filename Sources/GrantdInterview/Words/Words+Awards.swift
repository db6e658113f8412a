//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The book of awards.
    package enum Awards {
        package static let title = BilingualText(zh: "资金台账", en: "Book of awards")
        package static let lead = BilingualText(
            zh: "每一笔支持都在给出的同一步记账，任何时刻都不超出预算额度和上限。",
            en: "Every award is booked in the step that makes it: at no moment over a budget or a cap."
        )
        package static let noBook = BilingualText(zh: "本服务还没有台账", en: "This daemon keeps no book")
        package static let howToKeep = BilingualText(
            zh: "没有台账时只能试算。要让每一笔支持都记账，请运行服务的人指定一个文件后重新启动：",
            en:
                "Without a book there are dry runs only. To have every award booked, start the daemon with a file "
                + "for it:"
        )
        package static let lastBooked = BilingualText(zh: "最近记账", en: "Booked last")
        package static let nothingBooked = BilingualText(zh: "台账里还没有记录。", en: "The book has no award yet.")
        package static let searchField = BilingualText(zh: "统一社会信用代码、记录号或批次号", en: "Credit code, award id or run id")
        package static let search = BilingualText(zh: "查找", en: "Find")

        package static func notFound(_ text: String, _ language: Language) -> String {
            language(
                "台账里没有“\(text)”。请核对有没有写错；试算批次十分钟没有人用就会清除。",
                "The book has no “\(text)”. Check the spelling; a dry run is gone after ten minutes without use."
            )
        }

        // MARK: - States

        package static let reserved = BilingualText(zh: "已预留", en: "Reserved")
        package static let committed = BilingualText(zh: "已核定", en: "Committed")
        package static let cancelled = BilingualText(zh: "已退回", en: "Cancelled")
        package static let expired = BilingualText(zh: "预留已到期", en: "Expired")

        // MARK: - Sums and numbers

        package static let noSum = BilingualText(zh: "不记金额", en: "no sum")

        package static func count(_ count: Int64, _ language: Language) -> String {
            let number = Money.grouped(count)
            return language("\(number) 笔", count == 1 ? "1 award" : "\(number) awards")
        }

        package static let byMeasure = BilingualText(zh: "按措施", en: "By measure")

        // MARK: - One award

        package static func award(_ id: String, _ language: Language) -> String { language("记录 \(id)", "Award \(id)") }

        /// The same within a line.
        package static func thisAward(_ id: String, _ language: Language) -> String {
            language("记录 \(id)", "award \(id)")
        }

        package static let dryRun = BilingualText(zh: "试算", en: "dry run")

        package static func isHeld(until moment: String, _ language: Language) -> String {
            language(
                "预留至 \(moment)（北京时间），到时未核定即退回。",
                "Held until \(moment) (Beijing), then given back unless it is committed."
            )
        }

        package static let history = BilingualText(zh: "经过", en: "What became of it")

        package static func reason(_ reason: String, _ language: Language) -> String {
            language("理由：\(reason)", "Reason: \(reason)")
        }

        package static let about = BilingualText(zh: "依据", en: "What it is about")
        package static let applicant = BilingualText(zh: "申请人", en: "Applicant")
        package static let thisApplicant = BilingualText(zh: "申请人", en: "applicant")
        package static let measure = BilingualText(zh: "措施", en: "Measure")
        package static let subject = BilingualText(zh: "对象", en: "For")
        package static let application = BilingualText(zh: "申请编号", en: "Application")
        package static let asOf = BilingualText(zh: "申请日", en: "As of")
        package static let run = BilingualText(zh: "批次", en: "Run")
        package static let drawsOn = BilingualText(zh: "动用的额度", en: "Budgets that it draws on")
        package static let drewOn = BilingualText(zh: "曾动用的额度", en: "Budgets that it drew on")
        package static let caller = BilingualText(zh: "经办", en: "Awarded by")
        package static let digest = BilingualText(zh: "政策文件摘要", en: "Policy's digest")

        // MARK: - In a list

        package static func forSubject(_ subject: String, _ language: Language) -> String {
            language("对象 \(subject)", "for \(subject)")
        }

        package static func asOf(_ day: String, _ language: Language) -> String {
            language("申请日 \(day)", "as of \(day)")
        }

        package static func held(until moment: String, _ language: Language) -> String {
            language("预留至 \(moment)", "held until \(moment)")
        }

        package static func inRun(_ id: String, _ language: Language) -> String { language("批次 \(id)", "run \(id)") }
        package static let nothingYet = BilingualText(zh: "还没有记录。", en: "There is none yet.")
        package static let nothingMore = BilingualText(zh: "没有更多了。", en: "There are no more.")
        package static let firstPage = BilingualText(zh: "回到第一页", en: "First page")
        package static let nextPage = BilingualText(zh: "下一页", en: "Next page")

        // MARK: - Budgets

        package static let budgets = BilingualText(zh: "预算额度", en: "Budgets")
        package static let thisBudget = BilingualText(zh: "预算额度", en: "budget")
        package static let budget = BilingualText(zh: "额度", en: "Budget")
        package static let noBudget = BilingualText(
            zh: "还没有设定预算额度。设定之后，任何支持都不会超出它。",
            en: "No budget is set yet. Once one is, no award goes over it."
        )
        package static let usedUp = BilingualText(zh: "已用完", en: "used up")

        /// The days whose awards draw on it.
        package static func days(from: String?, until: String?, _ language: Language) -> String {
            switch (from, until) {
            case (let from?, let until?): language("\(from)至\(until)", "\(from) to \(until)")
            case (let from?, nil): language("\(from)起", "from \(from)")
            case (nil, let until?): language("至\(until)", "until \(until)")
            case (nil, nil): language("不限日期", "any day")
            }
        }

        package static func committed(_ sum: String, _ language: Language) -> String {
            language("已核定 \(sum)", "committed: \(sum)")
        }

        package static func reserved(_ sum: String, _ language: Language) -> String {
            language("已预留 \(sum)", "reserved: \(sum)")
        }

        package static func inDryRun(_ id: String, _ language: Language) -> String {
            language("（试算 \(id)）", " (dry run \(id))")
        }

        package static let left = BilingualText(zh: "剩余", en: "Left")
        package static let applicationDays = BilingualText(zh: "申请日", en: "Applications of")
        package static let id = BilingualText(zh: "编号", en: "Id")
        package static let covers = BilingualText(zh: "涵盖", en: "Covers")
        package static let everyMeasure = BilingualText(zh: "所有措施", en: "Every measure")
        package static let everyMeasureOf = BilingualText(zh: "的全部措施", en: ": every measure")
        package static let largest = BilingualText(zh: "金额最大", en: "The largest")
        package static let all = BilingualText(zh: "全部记录，新的在前", en: "All awards, the newest first")

        // MARK: - One applicant

        package static let creditCode = BilingualText(zh: "统一社会信用代码", en: "Unified social credit code")
        package static let ofApplicant = BilingualText(zh: "得到的支持，新的在前", en: "Its awards, the newest first")

        // MARK: - One run

        package static func run(_ id: String, _ language: Language) -> String { language("批次 \(id)", "Run \(id)") }
        package static let thisRun = BilingualText(zh: "批次", en: "run")
        package static let dryRunNote = BilingualText(
            zh: "这是试算，没有写入台账；十分钟没有人用就会清除。",
            en: "What if: nothing of it is in the book, and it is gone after ten minutes without use."
        )
        package static let awards = BilingualText(zh: "记录", en: "Awards")
        package static let budgetsAfter = BilingualText(zh: "试算之后的预算额度", en: "Budgets after it")
        package static let inOrder = BilingualText(zh: "按先后顺序", en: "In their order")

        // MARK: - What became of an award

        package static func reserve(_ sum: String, _ language: Language) -> String {
            language("预留 \(sum)", "Reserved: \(sum)")
        }

        package static func commit(_ sum: String, _ language: Language) -> String {
            language("核定 \(sum)", "Committed: \(sum)")
        }

        package static func rest(_ sum: String, _ language: Language) -> String {
            language("，退回 \(sum)", "; given back: \(sum)")
        }

        package static func cancel(_ sum: String, _ language: Language) -> String {
            language("退回 \(sum)", "Cancelled: \(sum) given back")
        }

        package static func correct(_ sum: String, _ language: Language) -> String {
            language("更正为 \(sum)", "Corrected to \(sum)")
        }

        package static func expire(_ sum: String, _ language: Language) -> String {
            language("预留到期，退回 \(sum)", "The reservation ended: \(sum) given back")
        }
    }
}
