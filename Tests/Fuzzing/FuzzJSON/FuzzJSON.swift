//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdJSON
internal import GrantdPolicy
internal import GrantdSchema

/// What lives as long as the process: loading the policies for every input would leave no time for the inputs.
private nonisolated(unsafe) let target = Target()

/// Any bytes as JSON of a request, as bytes of an answer and as a descriptor set. What is read is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0, let target else { return 0 }
    let bytes = UnsafeBufferPointer(start: data + 1, count: size - 1)
    // The first byte picks the door.
    switch data[0] % 4 {
    case 0: target.read(bytes, as: target.evaluateRequest)
    case 1: target.read(bytes, as: target.screenRequest)
    case 2: target.write(UnsafeRawBufferPointer(bytes), as: target.assessment)
    default: _ = try? DescriptorSet(UnsafeRawBufferPointer(bytes))
    }
    return 0
}

private final class Target {
    let evaluateRequest: JSONPlan.Root
    let screenRequest: JSONPlan.Root
    let assessment: JSONPlan.Root
    private let reader: JSONReader
    private let writer: JSONWriter
    private let message = ByteWriter(limit: 8 << 20)
    private let text = ByteWriter(limit: 64 << 20)

    init?() {
        guard let types = try? PolicySet.builtIn().types else { return nil }
        let plan = JSONPlan([types.evaluateRequest, types.screenRequest, .assessment])
        guard let evaluateRequest = plan.root(types.evaluateRequest, transparent: "application"),
            let screenRequest = plan.root(types.screenRequest), let assessment = plan.root(.assessment)
        else { return nil }
        (self.evaluateRequest, self.screenRequest, self.assessment) = (evaluateRequest, screenRequest, assessment)
        self.reader = JSONReader(plan)
        self.writer = JSONWriter(plan)
    }

    func read(_ bytes: UnsafeBufferPointer<UInt8>, as root: JSONPlan.Root) {
        self.message.reset()
        do throws(JSONFault) {
            try self.reader.read(bytes, as: root, into: self.message)
        } catch {
            precondition(error.line > 0 && error.column > 0 && !error.en.isEmpty)
            return
        }
        // Every message that was read is one that is written.
        let first = [UInt8](self.message.bytes)
        first.withUnsafeBytes { self.write($0, as: root, mustBeMessage: true) }
    }

    func write(_ bytes: UnsafeRawBufferPointer, as root: JSONPlan.Root, mustBeMessage: Bool = false) {
        self.text.reset()
        guard (try? self.writer.write(bytes, as: root, isIndented: bytes.count % 2 == 0, into: self.text)) != nil else {
            precondition(!mustBeMessage)
            return
        }
        // What was written is JSON that is read, and says the same when it is written again.
        let written = [UInt8](self.text.bytes)
        self.message.reset()
        self.text.reset()
        do {
            try written.withUnsafeBufferPointer { try self.reader.read($0, as: root, into: self.message) }
            try self.writer.write(self.message.bytes, as: root, isIndented: bytes.count % 2 == 0, into: self.text)
            precondition(self.text.bytes.elementsEqual(written))
        } catch {
            // An answer may hold an enum's number that has no name, two members of a oneof, or more than may be read.
            precondition(!mustBeMessage)
        }
    }
}
