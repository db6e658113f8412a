//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The pages of the documents.
    package enum Documents {
        package static let lead = BilingualText(
            zh: "公报刊载的每一份文件，都在这里：有支持措施的，可以直接测算；没有的，说明原因；已经废止的，列明由哪份文件废止。",
            en:
                "Every document of the gazette: what it offers, or why there is nothing to work out, and what "
                + "became of it."
        )
        package static let withMeasures = BilingualText(zh: "可以测算的文件", en: "Documents with measures")
        package static let withoutMeasures = BilingualText(zh: "没有可测算措施的文件", en: "Documents with nothing to work out")
        package static let ended = BilingualText(zh: "已废止或失效的文件", en: "Documents that have ended")

        package static func ended(_ day: String, by number: String, _ language: Language) -> String {
            language("至\(day)止，由\(number)废止或宣布失效。", "In force until \(day); ended by \(number).")
        }

        package static func measures(_ count: Int, _ language: Language) -> String {
            language("\(count) 项措施", count == 1 ? "1 measure" : "\(count) measures")
        }

        // MARK: - One document

        package static let issuer = BilingualText(zh: "发文机关", en: "Issued by")
        package static let issued = BilingualText(zh: "成文日期", en: "Date")
        package static let inForce = BilingualText(zh: "施行", en: "In force")
        package static let measures = BilingualText(zh: "其中的措施", en: "Its measures")
        package static let auction = BilingualText(zh: "年度竞价出清", en: "The yearly auction")
        package static let auctionNote = BilingualText(
            zh: "竞价出清要用到全部报价，不在网页上逐题填写；请用命令行工具 grantctl auction，或接口 RenewablesAuction/ClearAuction。",
            en:
                "An auction is cleared over all bids at once, not by questions: use grantctl auction, or "
                + "RenewablesAuction/ClearAuction."
        )
        package static let whyNone = BilingualText(zh: "为什么没有可测算的措施", en: "Why there is nothing to work out")
        package static let endedByThis = BilingualText(zh: "由本文件废止或宣布失效", en: "Ended by this document")

        // MARK: - When it is in force

        package static func interval(from: String?, until: String?, _ language: Language) -> String {
            switch (from, until) {
            case (let from?, let until?): language("\(from)至\(until)", "\(from) to \(until)")
            case (let from?, nil): language("自\(from)起施行，未规定截止日期", "from \(from); no end is stated")
            case (nil, let until?): language("至\(until)止", "until \(until)")
            case (nil, nil): language("公报未载明", "not stated in the gazette")
            }
        }

        package static let notYetInForce = BilingualText(zh: "尚未施行", en: "not in force yet")
        package static let isInForce = BilingualText(zh: "现行有效", en: "in force")
        package static let noLongerInForce = BilingualText(zh: "已失效", en: "no longer in force")

        /// `2026 No. 4, p. 26` as Chinese readers cite it.
        package static func gazette(_ citation: String, _ language: Language) -> String {
            guard language == .zh else { return "Beijing Municipal Gazette, \(citation)" }
            let parts = citation.split(separator: ",")
            let issue = parts.first?.split(separator: " ").map(String.init) ?? []
            let page = parts.dropFirst().first?.split(separator: " ").map(String.init) ?? []
            guard parts.count == 2, issue.count == 3, issue[1] == "No.", page.count == 2, page[0] == "p." else {
                return "《北京市人民政府公报》\(citation)"
            }
            return "《北京市人民政府公报》\(issue[0])年第\(issue[2])期第\(page[1])页"
        }

        /// The title of a document in its marks.
        package static func title(_ title: String, _ language: Language) -> String { language("《\(title)》", title) }
    }
}
