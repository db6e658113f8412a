//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCompression
package import GrantdEngine
package import GrantdSchema

/// Messages that come and go compressed. What comes out of a request is judged by its method's limit, as it comes out.
extension CompressionFormat {
    /// The most compressed bytes of a request that are decompressed by whoever has read them: that takes some microseconds.
    package static let immediateBytes = 2048
    /// The most bytes that may come of them there, as much as a short call has; more is a compute thread's to decompress.
    package static let immediateMessage = 8 << 10
    /// The most bytes of a reply that are compressed at once, which takes a hundred microseconds.
    package static let immediateReply = 16 << 10

    /// Decompresses a message.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of the message.
    ///   - message: takes it, from its start.
    /// - Throws: 2004 where more comes out, 1003 where it is broken.
    package func open(
        _ bytes: UnsafeRawBufferPointer,
        limit: Int,
        into message: ByteWriter
    ) throws(CallError) {
        do throws(CompressionFault) {
            try self.decompress(bytes, limit: limit, into: message)
        } catch {
            throw self.error(error)
        }
    }

    /// Decompresses a message where that takes no time to speak of.
    ///
    /// - Parameter message: takes it, from its start; has room for ``immediateMessage``.
    /// - Returns: false where it is larger than that, and is a compute thread's to decompress.
    package func openAtOnce(_ bytes: UnsafeRawBufferPointer, into message: ByteWriter) throws(CallError) -> Bool {
        guard bytes.count <= Self.immediateBytes else { return false }
        do throws(CompressionFault) {
            try self.decompress(bytes, limit: Self.immediateMessage, into: message)
            return true
        } catch {
            guard error == .overLimit else { throw self.error(error) }
            return false
        }
    }

    /// Compresses a reply, from the start of `writer`, which has room for ``mostCompressed(_:)``.
    package func seal(_ bytes: UnsafeRawBufferPointer, into writer: ByteWriter) throws(CallError) {
        do throws(CompressionFault) {
            try self.compress(bytes, into: writer)
        } catch {
            throw self.error(error)
        }
    }

    /// The work on a compressed request.
    package func work(on method: Method, _ limits: Limits) -> PendingCall.Work {
        let limit = limits.largestRequest(method)
        return .translate(method) { bytes, message throws(CallError) in
            try self.open(bytes, limit: limit, into: message)
        }
    }

    private func error(_ fault: CompressionFault) -> CallError {
        switch fault {
        case .overLimit: Refusal.requestTooLarge
        case .broken(let reason): .badRequest("the request is no \(self.name): \(reason)", field: "")
        case .noMemory: .fault("the system has no memory left to compress or decompress in; try again later")
        }
    }
}
