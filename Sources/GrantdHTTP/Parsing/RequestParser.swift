//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CNIOLLHTTP
package import NIOCore

/// Takes requests out of a connection's bytes, one piece after the other: llhttp, and what is kept of what it says.
///
/// It is the parser inside SwiftNIO's codec, called without the codec, which hands out heads as texts of their own on the heap.
/// A release of SwiftNIO that renames the module shows when grantd is built.
///
/// It stops behind each head and behind each request, so that no more is parsed than is answered. What is in doubt ends the
/// connection: where a request ends must never be read in two ways. Used on one thread.
package final class RequestParser {
    /// Why it stopped.
    package enum Event {
        /// All bytes are parsed, and no request ends with them.
        case needMoreBytes
        /// Behind a head.
        case head(RequestHead)
        /// Behind a request, with its body.
        case end(ByteBuffer)
        /// The body is larger than ``mostBodyBytes``.
        case bodyTooLarge
        /// What came is no request; nothing more can be parsed.
        case fault(HTTPFault)
    }

    // Beside the object: what llhttp calls finds its state by a pointer, and without checks for exclusive access.
    private let parser: UnsafeMutablePointer<llhttp_t>
    private let state: UnsafeMutablePointer<ParsingState>
    /// Whether it stopped where parsing may go on without a further byte.
    private var isPaused = false

    package init(_ limits: HTTPLimits) {
        self.parser = .allocate(capacity: 1)
        self.parser.initialize(to: llhttp_t())
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: ParsingState(limits))
        c_nio_llhttp_init(self.parser, HTTP_REQUEST, Self.callbacks)
        self.parser.pointee.data = UnsafeMutableRawPointer(self.state)
    }

    deinit {
        self.parser.deallocate()
        self.state.deinitialize(count: 1)
        self.state.deallocate()
    }

    /// The most bytes of the body that comes: more end as ``Event/bodyTooLarge``.
    package var mostBodyBytes: Int {
        get { self.state.pointee.mostBodyBytes }
        set { self.state.pointee.mostBodyBytes = newValue }
    }

    /// Bytes of the body that is coming.
    package var bodyBytes: Int { self.state.pointee.bodyBytes }

    /// Bytes that are held of a request that is not whole.
    package var heldBytes: Int { self.state.pointee.body.capacity + self.state.pointee.text.capacity }

    /// Parses on, and moves the reader index behind what is parsed.
    ///
    /// - Parameter most: so many bytes at once, and no more.
    package func parse(_ bytes: inout ByteBuffer, most: Int) -> Event {
        if self.isPaused {
            c_nio_llhttp_resume(self.parser)
            self.isPaused = false
        }
        let count = min(bytes.readableBytes, most)
        let (result, parsed) = bytes.withUnsafeReadableBytes { whole in
            self.execute(UnsafeRawBufferPointer(rebasing: whole[..<count]))
        }
        defer { bytes.moveReaderIndex(forwardBy: parsed) }
        switch result {
        case HPE_OK:
            self.state.pointee.keepBody()
            return .needMoreBytes
        case HPE_PAUSED:
            self.isPaused = true
            return self.state.pointee.isMessageComplete ? .end(self.state.pointee.takeBody(from: bytes)) : self.head()
        case HPE_INVALID_VERSION:
            return .fault(HTTPFault(505, "only HTTP/1.1 is served"))
        case HPE_PAUSED_H2_UPGRADE:
            return .fault(.http2)
        case HPE_USER, HPE_CB_CHUNK_HEADER:
            return self.state.pointee.isBodyTooLarge ? .bodyTooLarge : .fault(self.state.pointee.fault ?? .notHTTP)
        default:
            return .fault(.notHTTP)
        }
    }

    /// Takes no part of a request that is under way any more.
    package func end() { self.state.pointee.release() }

    private func execute(_ bytes: UnsafeRawBufferPointer) -> (result: llhttp_errno_t, parsed: Int) {
        // Without a byte it is called all the same: the end of a request without a body needs none.
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Self.nothing
        self.state.pointee.start = UnsafeRawPointer(start)
        let result = c_nio_llhttp_execute(self.parser, start, bytes.count)
        guard result != HPE_OK, let stop = c_nio_llhttp_get_error_pos(self.parser) else { return (result, bytes.count) }
        return (result, min(max(0, stop - start), bytes.count))
    }

    private func head() -> Event {
        let parser = self.parser.pointee
        if let fault = self.state.pointee.fault { return .fault(fault) }
        let method: HTTPMethod =
            switch llhttp_method(rawValue: UInt32(parser.method)) {
            case HTTP_GET: .get
            case HTTP_HEAD: .head
            case HTTP_POST: .post
            case HTTP_OPTIONS: .options
            case HTTP_CONNECT: .connect
            default: .other
            }
        do throws(HTTPFault) {
            return .head(
                try RequestHead(
                    self.state.pointee.text,
                    method: method,
                    version: RequestHead.Version(major: parser.http_major, minor: parser.http_minor),
                    isKeepAlive: c_nio_llhttp_should_keep_alive(self.parser) != 0
                )
            )
        } catch {
            return .fault(error)
        }
    }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()

    // Never written to again, and never freed.
    private nonisolated(unsafe) static let callbacks: UnsafeMutablePointer<llhttp_settings_t> = {
        let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
        settings.initialize(to: llhttp_settings_t())
        c_nio_llhttp_settings_init(settings)
        settings.pointee.on_message_begin = { ParsingState.of($0).pointee.messageBegins() }
        settings.pointee.on_url = { ParsingState.of($0).pointee.targetArrives($1, $2) }
        settings.pointee.on_header_field = { ParsingState.of($0).pointee.nameArrives($1, $2) }
        settings.pointee.on_header_field_complete = { ParsingState.of($0).pointee.nameEnds() }
        settings.pointee.on_header_value = { ParsingState.of($0).pointee.valueArrives($1, $2) }
        settings.pointee.on_header_value_complete = { ParsingState.of($0).pointee.valueEnds() }
        settings.pointee.on_headers_complete = { ParsingState.of($0).pointee.headEnds() }
        settings.pointee.on_chunk_header = { parser in
            ParsingState.of(parser).pointee.chunkBegins(parser?.pointee.content_length ?? 0)
        }
        settings.pointee.on_body = { ParsingState.of($0).pointee.bodyArrives($1, $2) }
        settings.pointee.on_message_complete = { parser in
            // Otherwise a request without a length would have that of the one before it
            // (https://github.com/nodejs/llhttp/issues/202).
            parser?.pointee.content_length = 0
            return ParsingState.of(parser).pointee.messageEnds()
        }
        return settings
    }()
}
