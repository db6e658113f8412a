//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdPolicy

/// What lives as long as the process: loading the policies for every input would leave no time for the inputs.
private nonisolated(unsafe) let target = Target()

/// Any bytes as what a peer sends that speaks HTTP: the same is answered in whatever pieces they come, and nothing is held once the
/// connection is closed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size >= 3, let target else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: data + 3, count: size - 3))
    // The pages of the book are made by tasks on threads of their own, which a loop without sockets cannot wait for.
    guard !bytes.indices.contains(where: { bytes[$0...].starts(with: "/awards".utf8) }) else { return -1 }
    // The first bytes say what is done between the pieces, how long they are at most, and how they are cut.
    let pieces = Pieces(most: 1 + Int(data[1]), seed: data[2])
    target.check(bytes, in: pieces, worksBetween: data[0] & 1 == 0)
    return 0
}

private final class Target {
    private let open: ServedLoop
    private let strict: ServedLoop

    init?() {
        guard let policies = try? PolicySet.builtIn() else { return nil }
        let contract = HTTPContract(CompiledPolicies(policies))
        self.open = ServedLoop(contract)
        self.strict = ServedLoop(contract, isStrict: true)
    }

    func check(_ bytes: [UInt8], in pieces: Pieces, worksBetween: Bool) {
        // Where time goes by, what is answered hangs on how the bytes come; that it ends well does not.
        _ = self.strict.answer(bytes, in: pieces, worksBetween: worksBetween)
        let whole = self.open.answer(bytes, in: Pieces(most: .max, seed: 0), worksBetween: true)
        let split = self.open.answer(bytes, in: pieces, worksBetween: worksBetween)
        // Frames are answered as soon as they can be, in whatever order.
        if bytes.starts(with: "PRPC".utf8) { return }
        precondition(
            ComparableAnswers.of(whole) == ComparableAnswers.of(split),
            "what is answered hangs on how the bytes were cut"
        )
    }
}
