//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// A cleared auction as a picture: the bids by price as steps, the clearing price, the volume.
///
/// Positions are whole hundredths of a pixel, so the same auction gives the same bytes.
struct BidStackPicture {
    private let language: Language
    private let response: GrantdClearAuctionResponse
    private let stack: BidStack
    /// The volume in kWh, where there is one.
    private let volume: Int64?
    /// How much energy and which price the axes end at.
    private let mostEnergy: Int128
    private let highestPrice: Int128
    /// 0, but where a price lies under it.
    private let lowestPrice: Int128

    // The frame that the steps stand in, in pixels.
    private static let size = (width: 960, height: 560)
    private static let left = 88
    private static let right = 930
    private static let top = 112
    private static let bottom = 476

    private static let statuses: [(status: GrantdAuctionStatus.Value, colour: String)] = [
        (.selected, "#2b7bba"), (.marginal, "#f0a030"), (.notSelected, "#c3c9d0"),
    ]

    init(request: GrantdClearAuctionRequest, response: GrantdClearAuctionResponse, language: Language) {
        self.language = language
        self.response = response
        self.stack = BidStack(request.bids, response.results)
        self.volume = request.hasMechanismVolumeKwh && request.mechanismVolumeKwh > 0 ? request.mechanismVolumeKwh : nil
        self.mostEnergy = max(self.stack.energy, Int128(self.volume ?? 0), 1)
        let highest = self.stack.steps.map(\.price).max() ?? 0
        let price = Int128(max(highest, response.clearingPriceE4YuanPerKwh, 1))
        // Room above the highest step for what stands over a line.
        self.highestPrice = price + price / 7 + 1
        let lowest = min(self.stack.steps.map(\.lowestPrice).min() ?? 0, response.clearingPriceE4YuanPerKwh, 0)
        // And some under the lowest.
        self.lowestPrice = Int128(lowest) + Int128(lowest) / 7
    }

    /// The picture, an SVG 1.1 document in UTF-8.
    var svg: String {
        let size = Self.size
        let title = self.language("机制电价竞价：申报排序与出清", "The auction: bids by price, and where it cleared")
        var svg = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size.width) \(size.height)" width="\(size.width)" \
            height="\(size.height)" role="img" xml:lang="\(self.language.rawValue)" font-size="13" \
            font-family="'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif" fill="#222">
            <title>\(Self.escaped(title))</title>
            <rect width="\(size.width)" height="\(size.height)" fill="#fff"/>

            """
        svg += Self.text(title, Self.left, 34, #"font-size="18" font-weight="bold""#)
        svg += Self.text(self.language.outcome(self.response.outcome).text, Self.left, 58, ##"fill="#555""##)
        svg += self.legend
        svg += self.priceAxis
        svg += self.steps
        svg += self.energyAxis
        svg += self.volumeLine
        svg += self.clearingLine
        return svg + "</svg>\n"
    }

    // MARK: - Parts

    /// The colours, each with its number of bids.
    private var legend: String {
        var svg = ""
        var x = Self.left
        for (status, colour) in Self.statuses {
            let text = "\(self.language.status(status).text) \(Money.grouped(self.stack.counts[status] ?? 0))"
            svg += #"<rect x="\#(x)" y="71" width="12" height="12" fill="\#(colour)"/>"# + "\n"
            svg += Self.text(text, x + 18, 82)
            x += 18 + 8 * text.columns + 22
        }
        let rejected = self.stack.counts[.rejected] ?? 0
        if rejected > 0 {
            let word = self.language.status(.rejected).text
            let text = "\(word) \(Money.grouped(rejected))\(self.language("（未列入图中）", " (not drawn)"))"
            svg += Self.text(text, x, 82, ##"fill="#555""##)
        }
        return svg
    }

    /// The steps, a group for each colour.
    private var steps: String {
        // Lines between bids are of use only where there is room for them.
        let stroke = self.stack.steps.count <= 120 ? ##" stroke="#fff" stroke-width="1""## : ""
        var groups: [GrantdAuctionStatus.Value: String] = [:]
        var energy: Int128 = 0
        for step in self.stack.steps {
            let start = self.x(energy)
            energy += step.energy
            let width = self.x(energy) - start
            // From 0 up, or down. A price of 0 is seen too.
            let ground = self.y(0)
            let top = step.price < 0 ? ground : min(self.y(Int128(step.price)), ground - 200)
            let end = step.price < 0 ? max(self.y(Int128(step.price)), ground + 200) : ground
            groups[step.status, default: ""] += """
                <rect x="\(Self.pixels(start))" y="\(Self.pixels(top))" width="\(Self.pixels(width))" \
                height="\(Self.pixels(end - top))"><title>\(Self.escaped(self.words(step)))</title></rect>

                """
        }
        var svg = ""
        for (status, colour) in Self.statuses {
            guard let rects = groups[status] else { continue }
            svg += #"<g fill="\#(colour)" shape-rendering="crispEdges"\#(stroke)>"# + "\n" + rects + "</g>\n"
        }
        return svg
    }

    /// What a viewer shows where the pointer rests on a step.
    private func words(_ step: BidStack.Step) -> String {
        let price = self.language.price(step.price)
        let energy = self.language.energy(step.energy)
        guard step.bids > 1 else {
            let id = step.bidID.count > 80 ? String(step.bidID.prefix(80)) + "…" : step.bidID
            return self.language("\(id)：\(price)，\(energy)", "\(id): \(price), \(energy)")
        }
        let bids = Money.grouped(step.bids)
        let lowest = UnitPrice.text(e4yuan: step.lowestPrice)
        return self.language("\(bids) 份申报：\(lowest)–\(price)，\(energy)", "\(bids) bids: \(lowest)–\(price), \(energy)")
    }

    private var priceAxis: String {
        var svg = ""
        let step = Self.interval(self.highestPrice - self.lowestPrice, parts: 7)
        // As many decimals as the marks need.
        let zeros = step % 10_000 == 0 ? 4 : step % 1_000 == 0 ? 3 : step % 100 == 0 ? 2 : step % 10 == 0 ? 1 : 0
        var price = self.lowestPrice / step * step
        while price <= self.highestPrice {
            let y = self.y(price)
            // Where bids go below it, 0 is the ground that they stand on.
            let colour = price == 0 && self.lowestPrice < 0 ? "#222" : "#e6e8eb"
            svg += Self.line(Self.left * 100, y, Self.right * 100, y, #"stroke="\#(colour)""#)
            // All decimals gone, the point goes too.
            let label = UnitPrice.text(e4yuan: price).dropLast(zeros == 4 ? 5 : zeros)
            svg += Self.text(String(label), Self.left - 8, y / 100 + 4, #"text-anchor="end""#)
            price += step
        }
        let title = self.language("申报价格（元/千瓦时）", "Price bid (yuan/kWh)")
        let middle = (Self.top + Self.bottom) / 2
        svg += Self.text(title, 26, middle, #"text-anchor="middle" transform="rotate(-90 26 \#(middle))""#)
        return svg
    }

    private var energyAxis: String {
        let bottom = Self.bottom * 100
        var svg = Self.line(Self.left * 100, bottom, Self.right * 100, bottom, ##"stroke="#222""##)
        let step = Self.interval(self.mostEnergy, parts: 6)
        let (unit, size) = self.energyUnit(step)
        var energy: Int128 = 0
        while energy <= self.mostEnergy {
            let x = self.x(energy)
            svg += Self.line(x, bottom, x, bottom + 500, ##"stroke="#222""##)
            svg += Self.text(Money.grouped(energy / size), x / 100, Self.bottom + 21, #"text-anchor="middle""#)
            energy += step
        }
        let title = self.language("申报电量累计（\(unit)/年）", "Energy bid, added up (\(unit) a year)")
        return svg + Self.text(title, (Self.left + Self.right) / 2, Self.bottom + 48, #"text-anchor="middle""#)
    }

    private var volumeLine: String {
        guard let volume = self.volume else { return "" }
        let x = self.x(Int128(volume))
        let text = self.language("机制电量 ", "Volume ") + self.language.energy(volume)
        let width = (Self.right - Self.left) * 100
        let place = x - Self.left * 100
        let anchor = place < width / 4 ? "start" : place > width * 3 / 4 ? "end" : "middle"
        let line = ##"stroke="#222" stroke-width="1.5" stroke-dasharray="6 4""##
        return Self.line(x, Self.top * 100, x, Self.bottom * 100, line)
            + Self.text(text, x / 100, Self.top - 7, #"text-anchor="\#(anchor)""#)
    }

    private var clearingLine: String {
        guard self.response.hasClearingPriceE4YuanPerKwh else { return "" }
        let price = self.response.clearingPriceE4YuanPerKwh
        let y = self.y(Int128(price))
        let text = self.language("出清价格 ", "Clearing price ") + self.language.price(price)
        let place = (x: Self.left + 8, y: y / 100 - 7)
        let line = ##"stroke="#c0392b" stroke-width="1.5" stroke-dasharray="6 4""##
        // Under the text a white edge, as it may stand on a step or on the other line.
        let edge = ##"stroke="#fff" stroke-width="4" stroke-linejoin="round" fill="#fff" aria-hidden="true""##
        return Self.line(Self.left * 100, y, Self.right * 100, y, line)
            + Self.text(text, place.x, place.y, edge)
            + Self.text(text, place.x, place.y, ##"fill="#c0392b""##)
    }

    // MARK: - Positions, in hundredths of a pixel

    private func x(_ energy: Int128) -> Int {
        let width = Int128((Self.right - Self.left) * 100)
        return Self.left * 100 + Int(clamping: energy.clamped(0, self.mostEnergy) * width / self.mostEnergy)
    }

    private func y(_ price: Int128) -> Int {
        let height = Int128((Self.bottom - Self.top) * 100)
        let above = price.clamped(self.lowestPrice, self.highestPrice) - self.lowestPrice
        return Self.bottom * 100 - Int(clamping: above * height / (self.highestPrice - self.lowestPrice))
    }

    /// The smallest of 1, 2, 5, 10, 20, 50 … by which an axis is cut into so many parts at most.
    private static func interval(_ most: Int128, parts: Int128) -> Int128 {
        var power: Int128 = 1
        while true {
            for factor: Int128 in [1, 2, 5] where most / (factor * power) <= parts { return factor * power }
            power *= 10
        }
    }

    /// The largest unit in which the marks of an axis are whole numbers.
    private func energyUnit(_ interval: Int128) -> (name: String, size: Int128) {
        let units: [(name: String, size: Int128)] =
            switch self.language {
            case .zh: [("亿千瓦时", 100_000_000), ("万千瓦时", 10_000)]
            case .en: [("TWh", 1_000_000_000), ("GWh", 1_000_000), ("MWh", 1_000)]
            }
        return units.first(where: { $0.size <= interval }) ?? (name: self.language("千瓦时", "kWh"), size: 1)
    }

    // MARK: - Elements

    /// `88`, `88.5`, `88.05`.
    private static func pixels(_ hundredths: Int) -> String {
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)" }
        if rest % 10 == 0 { return "\(whole).\(rest / 10)" }
        return rest < 10 ? "\(whole).0\(rest)" : "\(whole).\(rest)"
    }

    private static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ style: String) -> String {
        """
        <line x1="\(Self.pixels(x1))" y1="\(Self.pixels(y1))" x2="\(Self.pixels(x2))" y2="\(Self.pixels(y2))" \(style)/>

        """
    }

    private static func text(_ text: String, _ x: Int, _ y: Int, _ style: String = "") -> String {
        #"<text x="\#(x)" y="\#(y)"\#(style.isEmpty ? "" : " " + style)>\#(Self.escaped(text))</text>"# + "\n"
    }

    /// A text as it stands in XML: without markup, and without the characters that XML has no place for.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Int128 {
    /// The number, but for one outside of `least` and `most`.
    fileprivate func clamped(_ least: Self, _ most: Self) -> Self { Swift.min(Swift.max(self, least), most) }
}
