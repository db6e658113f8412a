//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// A cleared auction as a page: the clearing, the bids by what became of them, and the first of them one by one.
struct AuctionPage {
    /// Bids that are shown one by one, and things missing.
    static let mostRows = 20

    let request: GrantdClearAuctionRequest
    let response: GrantdClearAuctionResponse
    /// The line of the bid list on which each bid stands.
    let lines: [Int]

    func write(to page: inout Page) {
        self.writeTop(to: &page)
        self.writeMissing(to: &page)
        if !self.response.results.isEmpty {
            self.writeCounts(to: &page)
            self.writeResults(to: &page)
        }
        if self.response.hasPolicy { PolicyFooter(policy: self.response.policy).write(to: &page) }
    }

    private func writeTop(to page: inout Page) {
        let language = page.language
        let count = Money.grouped(self.request.bids.count)
        page.line(language("机制电价竞价出清", "Auction of the renewables price mechanism"), .strong)
        page.line(language("\(count) 份申报", self.request.bids.count == 1 ? "1 bid" : "\(count) bids"), .faint)
        page.line()
        let (outcome, tone) = language.outcome(self.response.outcome)
        var entries: [(word: String, text: String, tone: Tone)] = [(language("结论", "Outcome"), outcome, tone)]
        if self.response.hasField {
            entries.append((language("位置", "Where"), self.place(self.response.field, language), .bad))
        }
        if self.response.hasClearingPriceE4YuanPerKwh {
            let price = language.price(self.response.clearingPriceE4YuanPerKwh)
            entries.append((language("出清价格", "Clearing price"), price, .strong))
        }
        if self.request.hasPriceCapE4YuanPerKwh {
            let price = language.price(self.request.priceCapE4YuanPerKwh)
            entries.append((language.priceCap, price, .plain))
        }
        if self.request.hasPriceFloorE4YuanPerKwh {
            let price = language.price(self.request.priceFloorE4YuanPerKwh)
            entries.append((language.priceFloor, price, .plain))
        }
        if self.request.hasAsOf {
            entries.append((language("计算日期", "As of"), self.request.asOf.printable, .plain))
        }
        if self.request.hasMechanismVolumeKwh {
            let energy = language.energy(self.request.mechanismVolumeKwh)
            entries.append((language.mechanismVolume, energy, .plain))
        }
        if self.response.hasAllocatedKwh {
            entries.append((language("已分配", "Allocated"), language.energy(self.response.allocatedKwh), .plain))
        }
        if self.response.hasUnallocatedKwh {
            entries.append((language("未分配", "Unallocated"), language.energy(self.response.unallocatedKwh), .plain))
        }
        let width = entries.map { $0.word.columns }.max() ?? 0
        for entry in entries { page.entry(entry.word, entry.text, entry.tone, width: width) }
    }

    private func writeMissing(to page: inout Page) {
        let language = page.language
        guard !self.response.missing.isEmpty else { return }
        page.heading(language("尚缺信息", "Missing"))
        for (index, fact) in self.response.missing.prefix(Self.mostRows).enumerated() {
            page.line("  \(index + 1). \(self.place(fact.path, language))")
        }
        let rest = self.response.missing.count - Self.mostRows
        if rest > 0 { page.line(language("  …… 另有 \(rest) 项", "  … and \(rest) more"), .faint) }
    }

    private func writeCounts(to page: inout Page) {
        let language = page.language
        page.heading(language("申报结果", "Bids by status"))
        var rows: [[Page.Cell]] = [
            [
                "", .init(language("份数", "bids"), .faint, isNumber: true),
                .init(language("机制电量", "mechanism kWh"), .faint, isNumber: true),
            ]
        ]
        for status in [GrantdAuctionStatus.Value.selected, .marginal, .notSelected, .rejected] {
            let results = self.response.results.filter { $0.status == status }
            let (word, tone) = language.status(status)
            // Together they may pass 64 bits where an answer is not the daemon's.
            let energy = results.reduce(Int128(0)) { $0 + Int128($1.mechanismKwh) }
            rows.append([
                .init(word, tone), .init(Money.grouped(results.count), isNumber: true),
                .init(Money.grouped(energy), isNumber: true),
            ])
        }
        page.table(rows)
    }

    private func writeResults(to page: inout Page) {
        let language = page.language
        let count = self.response.results.count
        let shown = min(count, Self.mostRows)
        let all = Money.grouped(count)
        page.heading(
            shown == count
                ? language("申报明细", "Bids")
                : language("申报明细（前 \(shown) 份，共 \(all) 份）", "Bids (the first \(shown) of \(all))")
        )
        var rows: [[Page.Cell]] = [
            [
                .init(language("申报", "bid"), .faint),
                .init(language("元/千瓦时", "yuan/kWh"), .faint, isNumber: true),
                .init(language("申报电量", "energy kWh"), .faint, isNumber: true),
                .init(language("机制电量", "mechanism kWh"), .faint, isNumber: true),
                .init(language("结果", "status"), .faint),
            ]
        ]
        for (bid, result) in zip(self.request.bids, self.response.results).prefix(shown) {
            let (word, tone) = language.status(result.status)
            rows.append([
                .init(result.bidID.printable),
                .init(UnitPrice.text(e4yuan: bid.priceE4YuanPerKwh), isNumber: true),
                .init(Money.grouped(bid.energyKwh), isNumber: true),
                .init(Money.grouped(result.mechanismKwh), .strong, isNumber: true),
                .init(word, tone),
                .init(result.hasRule ? language.rule(result.rule) : "", .faint),
            ])
        }
        page.table(rows)
    }

    /// What a path is called, and where the command line has it; of a bid list the column and the line.
    private func place(_ path: String, _ language: Language) -> String {
        let shown = path.printable
        switch path {
        case "mechanism_volume_kwh": return language.mechanismVolume + language("（--volume）", " (--volume)")
        case "price_cap_e4yuan_per_kwh": return language.priceCap + language("（--price-cap）", " (--price-cap)")
        case "price_floor_e4yuan_per_kwh": return language.priceFloor + language("（--price-floor）", " (--price-floor)")
        default:
            guard let index = Self.bid(in: path), self.lines.indices.contains(index) else { return shown }
            let column = (path.split(separator: ".").last.map(String.init) ?? path).printable
            return language("第 \(self.lines[index]) 行的 \(column)", "\(column) of line \(self.lines[index])")
        }
    }

    /// Which bid a path leads to: 2 for `bids[2].energy_kwh`.
    private static func bid(in path: String) -> Int? {
        let start = "bids["
        guard path.hasPrefix(start), let end = path.firstIndex(of: "]") else { return nil }
        return Int(path[..<end].dropFirst(start.count))
    }
}

/// A price for a kilowatt-hour as a person reads it.
enum UnitPrice {
    /// `0.3598`.
    ///
    /// - Parameter price: In ten-thousandths of a yuan.
    static func text(e4yuan price: some BinaryInteger) -> String {
        let (yuan, rest) = price.magnitude.quotientAndRemainder(dividingBy: 10_000)
        let digits = String(rest)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        return (price < 0 ? "-" : "") + Money.grouped(yuan) + "." + zeros + digits
    }
}

/// The words of an auction.
extension Language {
    fileprivate var priceCap: String { self("竞价上限", "Price cap") }
    fileprivate var priceFloor: String { self("竞价下限", "Price floor") }
    fileprivate var mechanismVolume: String { self("机制电量", "Volume") }

    func outcome(_ outcome: GrantdAuctionOutcome.Value) -> (text: String, tone: Tone) {
        switch outcome {
        case .cleared: (self("已出清", "Cleared"), .good)
        case .nothingSelected: (self("无申报入选", "No bid was selected"), .bad)
        case .undetermined: (self("尚不能出清：信息不全", "Cannot be cleared yet: facts are missing"), .doubtful)
        case .invalid: (self("未出清：所给数据无效", "Not cleared: what was given is not valid"), .bad)
        }
    }

    func status(_ status: GrantdAuctionStatus.Value) -> (text: String, tone: Tone) {
        switch status {
        case .selected: (self("入选", "selected"), .good)
        case .marginal: (self("按比例入选", "marginal"), .doubtful)
        case .notSelected: (self("未入选", "not selected"), .plain)
        case .rejected: (self("不合规", "rejected"), .bad)
        }
    }

    /// Why a bid took no part.
    func rule(_ rule: String) -> String {
        switch rule {
        case "no-energy": self("未申报电量", "no energy")
        case "price-below-floor": self("价格低于竞价下限", "price below the floor")
        case "price-above-cap": self("价格高于竞价上限", "price above the cap")
        case "energy-above-limit": self("电量超过可申报上限", "energy above the limit")
        default: rule.printable
        }
    }

    /// `0.3598 元/千瓦时`.
    func price(_ e4yuan: some BinaryInteger) -> String {
        UnitPrice.text(e4yuan: e4yuan) + self(" 元/千瓦时", " yuan/kWh")
    }

    /// `1,000 千瓦时`.
    func energy(_ kwh: some BinaryInteger) -> String { Money.grouped(kwh) + self(" 千瓦时", " kWh") }
}
