//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Prometheus' text format, version 0.0.4, under way
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct PrometheusText {
    /// What a family's values are.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    typealias Labels = [(name: StaticString, value: String)]

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []
    private var name: StaticString = ""

    /// Begins a family; what is added from here on is of it.
    ///
    /// - Parameter help: holds neither backslashes nor ends of lines.
    mutating func begin(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.name = name
        self.put("# HELP ")
        self.put(name)
        self.put(" ")
        self.put(help)
        self.put("\n# TYPE ")
        self.put(name)
        self.put(" ")
        self.put(kind.rawValue)
        self.put("\n")
    }

    /// Adds a value.
    ///
    /// - Parameter suffix: of the family's name, for the parts of a histogram.
    mutating func add(_ value: some BinaryInteger, _ labels: Labels = [], suffix: StaticString = "") {
        self.add(text: String(value), labels, suffix)
    }

    /// Adds a value that is no whole number.
    mutating func add(_ value: Double, _ labels: Labels = [], suffix: StaticString = "") {
        self.add(text: value.isFinite ? "\(value)" : "NaN", labels, suffix)
    }

    private mutating func add(text: String, _ labels: Labels, _ suffix: StaticString) {
        self.put(self.name)
        self.put(suffix)
        for (index, label) in labels.enumerated() {
            self.put(index == 0 ? "{" : ",")
            self.put(label.name)
            self.put("=\"")
            for byte in label.value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): self.put("\\\\")
                case UInt8(ascii: "\""): self.put("\\\"")
                case UInt8(ascii: "\n"): self.put("\\n")
                default: self.bytes.append(byte)
                }
            }
            self.put("\"")
        }
        if !labels.isEmpty { self.put("}") }
        self.put(" ")
        self.put(text)
        self.put("\n")
    }

    private mutating func put(_ text: StaticString) {
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(_ text: String) { self.bytes.append(contentsOf: text.utf8) }
}
