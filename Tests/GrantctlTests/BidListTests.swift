//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import Testing

@testable import grantctl

@Suite("A bid list")
struct BidListTests {
    private static let header = "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\n"

    private func fault(_ csv: [UInt8]) -> String? {
        do throws(BidList.Fault) {
            _ = try BidList(csv: csv)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("has its columns in any order, others beside them, and rows that are no bids")
    func reads() throws {
        let csv =
            "\u{FEFF}energy_limit_kwh,note,bid_id, price_e4yuan_per_kwh ,energy_kwh\r\n"
            + "200,\"a, \"\"b\"\"\n第二行\",甲-1,2500, 100 \r\n\r\n,,,,\r\n300,,\"乙\"\"2\",-1,0"
        let list = try BidList(csv: Array(csv.utf8))
        #expect(
            list.bids.map { "\($0.bidID) \($0.priceE4YuanPerKwh) \($0.energyKwh) \($0.energyLimitKwh)" }
                == ["甲-1 2500 100 200", "乙\"2 -1 0 300"]
        )
        #expect(list.lines == [2, 6])
    }

    @Test("leaves unset what an empty cell does not say, at the very end too")
    func empty() throws {
        let list = try BidList(csv: Array((Self.header + ",,5,6\nB,1,2,").utf8))
        #expect(list.bids.map(\.hasBidID) == [false, true])
        #expect(list.bids.map(\.hasPriceE4YuanPerKwh) == [false, true])
        #expect(list.bids.map(\.energyKwh) == [5, 2])
        #expect(list.bids.map(\.hasEnergyLimitKwh) == [true, false])
        #expect(try BidList(csv: Array(Self.header.utf8)).bids.isEmpty)
    }

    private static let price = "must be a whole number in ten-thousandths of a yuan (0.3598 yuan is 3598), not"

    static let mistakes: [(csv: String, fault: String)] = [
        (
            "",
            "line 1: the list is empty; its first row names the columns: bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh"
        ),
        ("bid_id,energy_kwh\nA,1\n", "line 1: there is no column price_e4yuan_per_kwh"),
        (
            "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh,energy_kwh\n",
            "line 1, column energy_kwh: there are two columns of this name"
        ),
        ("\(Self.header)A,0.25,1,1\n", "line 2, column price_e4yuan_per_kwh: \(Self.price) “0.25”"),
        (
            "\(Self.header)A,1,1,1\nB,1,\"1,000\",1\n",
            "line 3, column energy_kwh: must be a whole number in kWh, not “1,000”"
        ),
        (
            "\(Self.header)A,1,1,9223372036854775808\n",
            "line 2, column energy_limit_kwh: “9223372036854775808” is beyond 64 bits"
        ),
        ("\(Self.header)A,1,1\n", "line 2: the row has 3 cells where the first row names 4 columns"),
        ("\(Self.header)A,1,1,1,\n", "line 2: the row has 5 cells where the first row names 4 columns"),
        ("\(Self.header)\"A\nB\",x,1,1\n", "line 3, column price_e4yuan_per_kwh: \(Self.price) “x”"),
        (
            "\(Self.header)A,1,1,1\nB\"x,1,1,1\n",
            "line 3: a value that holds a quotation mark must stand in quotes, the mark doubled"
        ),
        (
            "\(Self.header)A,1,1,1\nB,1,\"1,1\nC,1,1,1\n",
            "line 3, column energy_kwh: the quotation mark here has no second one"
        ),
        (
            "bid_id;price_e4yuan_per_kwh;energy_kwh;energy_limit_kwh\nA;1;1;1\n",
            "line 1: the columns are separated by semicolons; commas are wanted"
        ),
        ("bid_id\tprice_e4yuan_per_kwh\n", "line 1: the columns are separated by tabs; commas are wanted"),
        (
            "\(Self.header)\"A\"x,1,1,1\n",
            "line 2: a value that holds a quotation mark must stand in quotes, the mark doubled"
        ),
        ("\(Self.header)A,1,1,1\nA,2,2,2\n", "line 3, column bid_id: “A” is the id of line 2, too"),
        // The first mistake is the one that is told.
        ("\(Self.header)A,x,1,1\nB\"x,1,1,1\n", "line 2, column price_e4yuan_per_kwh: \(Self.price) “x”"),
    ]

    @Test("names the line and the column of a mistake", arguments: mistakes)
    func mistake(csv: String, fault: String) {
        #expect(self.fault(Array(csv.utf8)) == fault)
    }

    @Test(
        "ends a cell at its comma, whatever the next one begins with",
        arguments: ["\u{200D}", "\u{FE0F}", "\u{3099}", "\u{301}", "\u{20E3}"]
    )
    func joiners(mark: String) throws {
        let list = try BidList(
            csv: Array("note,bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\nx,\(mark)A,1,2,3\n".utf8)
        )
        #expect(list.bids.map { Array($0.bidID.utf8) } == [Array("\(mark)A".utf8)])
        #expect(list.bids.map(\.energyLimitKwh) == [3])
    }

    @Test("tells ids apart by their bytes: two that only look equal are two")
    func equivalentIDs() throws {
        let list = try BidList(csv: Array((Self.header + "\u{E9},1,1,1\ne\u{301},1,1,1\n").utf8))
        #expect(list.bids.count == 2)
    }

    @Test("has lines that end with CR LF, LF or CR")
    func lineEnds() throws {
        for end in ["\n", "\r\n", "\r"] {
            let header = Self.header.dropLast()
            let list = try BidList(csv: Array("\(header)\(end)A,1,1,1\(end)\(end)\"B\(end)b\",1,1,1\(end)C,1,1,1".utf8))
            #expect(list.lines == [2, 4, 6], "\(end.debugDescription)")
        }
    }

    @Test("is UTF-8")
    func encoding() {
        // 北 as GB 18030 has it.
        let csv = Array(Self.header.utf8) + Array("A,1,1,1\n".utf8) + [0xB1, 0xB1] + Array(",1,1,1\n".utf8)
        #expect(self.fault(csv) == "line 3: is not UTF-8; a spreadsheet saves it as “CSV UTF-8”")
    }
}
