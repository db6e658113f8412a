//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How things may be called, and which numbers they may have.
extension FactsChecker {
    func isNumber(_ number: Located<Int64>, _ what: String) -> Bool {
        guard number.value >= 1, number.value <= Self.largestNumber, !Self.protobufsOwn.contains(number.value) else {
            self.diagnostics.add(
                .badNumber,
                at: number.position,
                Text(
                    zh: "字段编号为 1 至 \(Self.largestNumber)，其中 19000 至 19999 为 protobuf 保留；不能是 \(number.value)",
                    en: "a field number is from 1 to \(Self.largestNumber), but none of 19000 to 19999, which are "
                        + "protobuf's own; not \(number.value)"
                )
            )
            return false
        }
        return true
    }

    func isFactName(_ name: Located<String>) -> Bool {
        guard Identifier.isSnake(name.value), !Keywords.all.contains(name.value), !name.value.hasSuffix("_") else {
            self.diagnostics.add(
                .badName,
                at: name.position,
                Text(
                    zh: "“\(name.value)”不能作事实的名称：应为小写字母、数字和下划线，以字母开头，且不是编程语言的关键字",
                    en:
                        "\"\(name.value)\" cannot name a fact: lower-case letters, digits and _, a letter first, and no "
                        + "keyword of a language"
                )
            )
            return false
        }
        return true
    }

    /// A name ends as its type says, so that whoever reads a request sees the unit.
    func checkSuffix(_ name: Located<String>, _ type: Located<String>, _ number: NumberType?) {
        let wanted = number.map(\.suffix) ?? (type.value == "date" ? "_on" : nil)
        if let wanted, !name.value.hasSuffix(wanted) {
            self.diagnostics.add(
                .badName,
                at: name.position,
                Text(
                    zh: "类型为 \(type.value) 的事实，名称以“\(wanted)”结尾：\(name.value)\(wanted)",
                    en: "the name of a fact of the type \(type.value) ends in \"\(wanted)\": \(name.value)\(wanted)"
                )
            )
            return
        }
        guard wanted == nil else { return }
        if type.value == "text", name.value.hasSuffix("_on") {
            self.diagnostics.add(
                .badType,
                at: type.position,
                Text(
                    zh: "名称以“_on”结尾的是日期；请写 type: date，或改名",
                    en: "what ends in \"_on\" is a date; write type: date, or name it otherwise"
                )
            )
        }
        if number != nil, let unit = Unit(ofField: name.value) {
            let meant = NumberType.unit(unit).name
            self.diagnostics.add(
                .badType,
                at: type.position,
                Text(
                    zh: "名称以“_\(unit.rawValue)”结尾的，类型为 \(meant)",
                    en: "what ends in \"_\(unit.rawValue)\" has the type \(meant)"
                )
            )
        }
    }

    static func isTypeName(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, (0x41...0x5A).contains(first), part.utf8.count <= Identifier.longest
                else { return false }
                return part.utf8.allSatisfy {
                    (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                } && !Keywords.all.contains(String(part))
            }
    }

    static func isValueName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first), text.utf8.count <= Identifier.longest else {
            return false
        }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    static func isPackage(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= Identifier.longest && !parts.isEmpty
            && parts.allSatisfy { Identifier.isSnake(String($0)) && !Keywords.all.contains(String($0)) }
    }
}
