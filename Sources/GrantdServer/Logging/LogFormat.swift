//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import Logging

/// How a log line reads.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-31T08:00:00.123Z info listening host=127.0.0.1 port=7843`
    case text
    /// One JSON object a line: `time`, `level`, `message`, then the metadata, numbers as numbers.
    case json

    /// One line, with its line feed.
    ///
    /// - Parameters:
    ///   - time: milliseconds since 1970-01-01, UTC.
    ///   - metadata: written in the order of its keys.
    package func line(
        time: Int64,
        level: Logger.Level,
        message: String,
        metadata: Logger.Metadata
    ) -> String {
        let stamp = Self.stamp(milliseconds: time)
        let entries = metadata.sorted { $0.key < $1.key }
        switch self {
        case .text:
            var line = "\(stamp) \(level.rawValue) \(Self.oneLine(message))"
            for (key, value) in entries {
                line += " \(key)=\(Self.word(Self.plain(value)))"
            }
            return line + "\n"
        case .json:
            var line = "{\"time\":\"\(stamp)\",\"level\":\"\(level.rawValue)\",\"message\":\(Self.quoted(message))"
            for (key, value) in entries {
                line += ",\(Self.quoted(key)):\(Self.json(value))"
            }
            return line + "}\n"
        }
    }

    /// A value for people: of several, each with its name, and a comma between them.
    private static func plain(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values): values.map(Self.plain).joined(separator: ",")
        case .dictionary(let values):
            values.sorted { $0.key < $1.key }.map { "\($0.key):\(Self.plain($0.value))" }.joined(separator: ",")
        }
    }

    /// A value as JSON has it.
    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): return Self.quoted(text)
        case .stringConvertible(let value):
            let isNumber = value is any BinaryInteger || (value as? Double)?.isFinite == true
            return isNumber || value is Bool ? value.description : Self.quoted(value.description)
        case .array(let values): return "[\(values.map(Self.json).joined(separator: ","))]"
        case .dictionary(let values):
            let entries = values.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.json($0.value))" }
            return "{\(entries.joined(separator: ","))}"
        }
    }

    /// Milliseconds since 1970-01-01, UTC.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }

    /// `2026-01-31T08:00:00.123Z`, from the days of the proleptic Gregorian calendar.
    static func stamp(milliseconds: Int64) -> String {
        let day = Int64(86_400_000)
        let days = milliseconds >= 0 ? milliseconds / day : (milliseconds - day + 1) / day
        let ofDay = milliseconds - days * day
        // Years begin on 1 March here, so that the odd day is the last of its year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let seconds = ofDay / 1000
        return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(dayOfMonth, 2))"
            + "T\(Self.digits(seconds / 3600, 2)):\(Self.digits(seconds / 60 % 60, 2)):\(Self.digits(seconds % 60, 2))"
            + ".\(Self.digits(ofDay % 1000, 3))Z"
    }

    private static func digits(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// The text with control characters escaped: a log line stays one line, whoever wrote part of it.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += Self.escape(scalar)
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    /// The text as it is where it is one word, else in quotation marks.
    private static func word(_ text: String) -> String {
        let isWord =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isWord ? text : Self.quoted(text)
    }

    /// The text as a JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += Self.escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        }
    }
}
