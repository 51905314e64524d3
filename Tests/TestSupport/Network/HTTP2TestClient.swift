internal import CNghttp2

/// An HTTP/2 client without I/O, based on the client part of libnghttp2.
///
/// Use the client on one thread at a time.
package final class HTTP2TestClient: @unchecked Sendable {
    package struct Reply: Equatable {
        /// The statuses of the interim responses, and of the final response at the end.
        package var statuses: [Int] = []
        package var fields: [String: String] = [:]
        package var body: [UInt8] = []
        package var isComplete = false
        /// The error code, once the stream is closed (RFC 9113 §7).
        package var closed: UInt32?

        package var status: Int? { statuses.last }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private var raw: OpaquePointer?
    private var bodies: [Int32: ArraySlice<UInt8>] = [:]
    package private(set) var replies: [Int32: Reply] = [:]
    /// The error code of the last GOAWAY.
    package private(set) var goAway: UInt32?

    /// - Parameters:
    ///   - windowBytes: The number of response bytes that may arrive before they are consumed.
    ///   - isUpgraded: Whether the connection began with an HTTP/1.1 request.
    package init(windowBytes: Int? = nil, isUpgraded: Bool = false) {
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        defer { nghttp2_session_callbacks_del(callbacks) }
        Self.register(callbacks)
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        defer { nghttp2_option_del(option) }
        if windowBytes != nil { nghttp2_option_set_no_auto_window_update(option, 1) }
        let context = Unmanaged.passUnretained(self).toOpaque()
        nghttp2_session_client_new2(&raw, callbacks, context, option)
        if isUpgraded {
            nghttp2_session_upgrade2(raw, [], 0, 0, nil)
        }
        let window = nghttp2_settings_entry(
            settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
            value: UInt32(windowBytes ?? 65_535)
        )
        nghttp2_submit_settings(raw, 0, [window], 1)
        if let windowBytes, windowBytes > 65_535 {
            nghttp2_session_set_local_window_size(raw, 0, 0, Int32(windowBytes))
        }
    }

    deinit { nghttp2_session_del(raw) }

    package subscript(id: Int32) -> Reply { replies[id] ?? Reply() }

    // MARK: Requests

    @discardableResult
    package func request(
        _ method: String,
        _ path: String,
        scheme: String = "http",
        authority: String? = "x",
        fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) -> Int32 {
        let list =
            [(":method", method), (":scheme", scheme), (":path", path)]
            + (authority.map { [(":authority", $0)] } ?? []) + fields
        return withNameValues(list) { list in
            guard let body else {
                return nghttp2_submit_request(raw, nil, list.baseAddress, list.count, nil, nil)
            }
            var provider = nghttp2_data_provider()
            provider.read_callback = { _, id, buffer, length, flags, _, context in
                HTTP2TestClient.from(context).takeBody(id, buffer, length, flags)
            }
            let id = nghttp2_submit_request(
                raw,
                nil,
                list.baseAddress,
                list.count,
                &provider,
                nil
            )
            bodies[id] = body[...]
            return id
        }
    }

    package func reset(_ id: Int32) {
        nghttp2_submit_rst_stream(raw, 0, id, NGHTTP2_CANCEL.rawValue)
    }

    package func ping() { nghttp2_submit_ping(raw, 0, nil) }

    /// Returns all bytes that the client must send.
    package func output() -> [UInt8] {
        var output: [UInt8] = []
        var bytes: UnsafePointer<UInt8>?
        while true {
            let count = nghttp2_session_mem_send(raw, &bytes)
            guard count > 0, let bytes else { return output }
            output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    package func receive(_ bytes: [UInt8]) throws(SupportError) {
        let result = nghttp2_session_mem_recv(raw, bytes, bytes.count)
        guard result >= 0 else {
            throw SupportError(
                "The server broke HTTP/2: \(String(cString: nghttp2_strerror(Int32(result))))"
            )
        }
    }

    private func withNameValues<Value>(
        _ list: [(String, String)],
        _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Value
    ) -> Value {
        var bytes: [UInt8] = []
        for (name, value) in list { bytes += Array(name.utf8) + Array(value.utf8) }
        return bytes.withUnsafeMutableBufferPointer { bytes in
            var next = bytes.baseAddress
            let entries = list.map { name, value in
                let start = next
                next = next.map { $0 + name.utf8.count + value.utf8.count }
                return nghttp2_nv(
                    name: start,
                    value: start.map { $0 + name.utf8.count },
                    namelen: name.utf8.count,
                    valuelen: value.utf8.count,
                    flags: 0
                )
            }
            return entries.withUnsafeBufferPointer(body)
        }
    }

    private func takeBody(
        _ id: Int32,
        _ buffer: UnsafeMutablePointer<UInt8>?,
        _ length: Int,
        _ flags: UnsafeMutablePointer<UInt32>?
    ) -> Int {
        let part = bodies[id, default: []].prefix(length)
        for (index, byte) in part.enumerated() { buffer?[index] = byte }
        bodies[id] = bodies[id, default: []].dropFirst(part.count)
        if bodies[id, default: []].isEmpty { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return part.count
    }

    // MARK: Callbacks

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTP2TestClient {
        guard let context else { preconditionFailure("a client without its context") }
        return Unmanaged<HTTP2TestClient>.fromOpaque(context).takeUnretainedValue()
    }

    private static func register(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameLength,
            value,
            valueLength,
            _,
            context in
            guard let id = frame?.pointee.hd.stream_id else { return 0 }
            let name = String(
                decoding: UnsafeBufferPointer(start: name, count: nameLength),
                as: UTF8.self
            )
            let value = String(
                decoding: UnsafeBufferPointer(start: value, count: valueLength),
                as: UTF8.self
            )
            let client = HTTP2TestClient.from(context)
            if name == ":status" {
                client.replies[id, default: Reply()].statuses.append(Int(value) ?? 0)
            } else {
                client.replies[id, default: Reply()].fields[name] = value
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _,
            _,
            id,
            bytes,
            count,
            context in
            let part = UnsafeBufferPointer(start: bytes, count: count)
            HTTP2TestClient.from(context).replies[id, default: Reply()].body += part
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            guard let frame else { return 0 }
            let client = HTTP2TestClient.from(context)
            let header = frame.pointee.hd
            if UInt32(header.type) == NGHTTP2_GOAWAY.rawValue {
                client.goAway = frame.pointee.goaway.error_code
            } else if UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0,
                UInt32(header.type) <= NGHTTP2_HEADERS.rawValue
            {
                client.replies[header.stream_id, default: Reply()].isComplete = true
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, context in
            HTTP2TestClient.from(context).replies[id, default: Reply()].closed = code
            return 0
        }
    }
}
