//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// A worked case of a programme's file: a request, and what it comes to.
struct WorkedCase: Sendable, CustomStringConvertible {
    let id: String
    /// `medical-device`
    let programme: String
    /// The `EvaluateRequest` as JSON.
    let request: String
    let outcome: String

    var description: String { self.id }

    private static let policies = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/GrantdPolicy/Policies")

    /// The text of a file of the built-in ones.
    static func file(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: self.policies.appending(path: name)), as: UTF8.self)
    }

    /// Of every measure the first case with each outcome, for an application as it is handed in.
    static let all: [WorkedCase] = {
        var cases: [WorkedCase] = []
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.policies.path())) ?? []
        for name in names.sorted() where name.hasSuffix(".cases.jsonl") {
            var seen: Set<String> = []
            for line in ((try? Self.file(name)) ?? "").split(separator: "\n") {
                guard let object = Self.object(String(line)), let request = object["request"] as? [String: Any],
                    request["stage"] == nil, request["assume_unset_bars_absent"] == nil,
                    let application = request["application"] as? [String: Any],
                    application["prior_awards_unknown"] == nil,
                    let outcome = (object["expect"] as? [String: Any])?["outcome"] as? String,
                    let member = application.keys.first(where: { application[$0] is [String: Any] && $0 != "applicant" }
                    ),
                    seen.insert("\(member) \(outcome)").inserted,
                    // A page takes no entry that nothing is known of.
                    !line.contains("{}"),
                    let json = try? JSONSerialization.data(withJSONObject: ["application": application])
                else { continue }
                cases.append(
                    WorkedCase(
                        id: object["id"] as? String ?? "",
                        programme: String(name.prefix { $0 != "." }),
                        request: String(decoding: json, as: UTF8.self),
                        outcome: outcome
                    )
                )
            }
        }
        return cases
    }()

    /// What is typed for a question that the request answers; nil where it does not.
    func typed(_ path: String) -> Any? {
        var value: Any? = Self.object(self.request)?["application"]
        for name in path.split(separator: ".") { value = (value as? [String: Any])?[String(name)] }
        return value
    }

    /// A value as a person types it: in yuan, per cent and so on, by the end of the fact's name.
    static func text(_ value: Any, _ path: String) -> String {
        if let number = value as? NSNumber, CFGetTypeIDIsBool(number) { return number.boolValue ? "是" : "否" }
        guard let number = (value as? NSNumber)?.int64Value ?? (value as? String).flatMap({ Int64($0) }) else {
            return value as? String ?? ""
        }
        let places =
            ["_fen": 2, "_bp": 2, "_e2days": 2, "_e4yuan_per_kwh": 4].first { path.hasSuffix($0.key) }?.value ?? 0
        if value is String, places == 0 { return value as? String ?? "" }
        var digits = String(number.magnitude)
        while digits.count <= places { digits = "0" + digits }
        let whole = digits.dropLast(places)
        return (number < 0 ? "-" : "") + whole + (places == 0 ? "" : "." + digits.suffix(places))
    }

    private static func CFGetTypeIDIsBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private static func object(_ json: String) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    }
}
