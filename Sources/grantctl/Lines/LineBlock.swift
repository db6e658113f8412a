//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Some whole lines of the input.
struct LineBlock: Sendable {
    /// The block's place in the input, from 0.
    let number: Int
    /// The number of its first line in the input, from 1.
    let firstLine: Int
    let bytes: [UInt8]
    /// Where each line stands, its end of line left out; `nil` for a line that was too long to keep.
    let lines: [Range<Int>?]
}

/// Cuts what is read into blocks of whole lines.
struct LineCutter {
    /// The longest line that is kept, in bytes.
    let longest: Int
    /// The most lines of a block.
    let mostLines: Int

    private var unfinished: [UInt8] = []
    /// Whether the line under way has grown over ``longest`` and its bytes were dropped.
    private var isDropping = false
    private var number = 0
    private var nextLine = 1

    init(longest: Int = 16 * 1024 * 1024, mostLines: Int = 256) {
        self.longest = longest
        self.mostLines = mostLines
    }

    /// Takes what was read and gives the lines that are whole now.
    ///
    /// - Parameter bytes: Empty at the end of the input: a last line without an end of line counts.
    mutating func cut(_ bytes: [UInt8]) -> [LineBlock] {
        let isEnd = bytes.isEmpty
        if !isEnd, !bytes.contains(UInt8(ascii: "\n")) {
            self.keep(bytes)
            return []
        }
        var text = self.unfinished
        text += bytes
        self.unfinished = []
        var blocks: [LineBlock] = []
        var lines: [Range<Int>?] = []
        var start = 0
        text.withUnsafeBufferPointer { buffer in
            while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n"))
                ?? (isEnd && start < buffer.count ? buffer.count : nil)
            {
                if self.isDropping || end - start > self.longest {
                    self.isDropping = false
                    lines.append(nil)
                } else {
                    let last = end > start && buffer[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
                    lines.append(start..<last)
                }
                start = min(end + 1, buffer.count)
            }
        }
        if isEnd, self.isDropping {
            self.isDropping = false
            lines.append(nil)
        }
        if start < text.count {
            if self.isDropping || text.count - start > self.longest {
                self.isDropping = true
            } else {
                self.unfinished = Array(text[start...])
            }
        }
        var rest = lines[...]
        while !rest.isEmpty {
            let lines = Array(rest.prefix(self.mostLines))
            blocks.append(LineBlock(number: self.number, firstLine: self.nextLine, bytes: text, lines: lines))
            self.nextLine += lines.count
            rest = rest.dropFirst(self.mostLines)
            self.number += 1
        }
        return blocks
    }

    /// Takes bytes that go on with the line under way. They are not looked at again before its end comes: a long line
    /// that comes in small pieces would otherwise cost its length for each.
    private mutating func keep(_ bytes: [UInt8]) {
        if self.isDropping { return }
        if self.unfinished.count + bytes.count > self.longest {
            self.isDropping = true
            self.unfinished = []
        } else {
            self.unfinished += bytes
        }
    }
}
