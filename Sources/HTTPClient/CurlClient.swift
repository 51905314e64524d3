internal import CCurl

/// Sends HTTP requests with libcurl, one at a time, and waits for each response.
///
/// It belongs to one thread, which may block. Connections stay open for the next request. Proxies are
/// those that libcurl takes from the environment (`http_proxy`, `https_proxy`, `no_proxy`). Redirects
/// are responses like others: nothing follows them. No signal is used or raised.
package final class CurlClient {
    package struct Options: Sendable {
        package enum Limits {
            /// The time for a connection, TLS included, within the time of the request.
            package static let connecting = Duration.seconds(5)
            /// The most content of a response, which is held in memory.
            package static let responseBytes = 4 * 1_024 * 1_024
        }

        package var connectTimeout = Limits.connecting
        package var responseLimitBytes = Limits.responseBytes
        /// A Unix socket to connect to instead of the URL's host.
        package var unixSocketPath: String?
        /// The file of the certificates to trust, instead of the system's.
        package var trustedCertificates: String?
        /// The files of the client's own certificate and of its key.
        package var clientCertificate: (certificate: String, key: String?)?
        package var userAgent: String?

        package init() {}
    }

    private let handle: UnsafeMutableRawPointer
    private let options: Options
    private let cancellation: RequestCancellation
    private let reception: Reception
    /// Where libcurl writes why a request failed.
    private let reason: UnsafeMutablePointer<CChar>

    /// - Throws: ``HTTPClientError`` if libcurl has no memory.
    package init(
        _ options: Options = Options(),
        cancellation: RequestCancellation = RequestCancellation()
    ) throws(HTTPClientError) {
        guard CurlLibrary.isReady, let handle = curl_easy_init() else {
            throw HTTPClientError(.broken, url: nil, reason: "libcurl could not be started")
        }
        self.handle = handle
        self.options = options
        self.cancellation = cancellation
        reception = Reception(limitBytes: options.responseLimitBytes)
        reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        reason.deallocate()
    }

    /// Sends a request and waits for its response.
    package func send(_ request: OutgoingRequest) throws(HTTPClientError) -> ReceivedResponse {
        let fields = FieldList()
        for field in request.fields where !fields.append(field.name, field.value) {
            throw HTTPClientError(
                .invalidRequest,
                url: "\(request.url)",
                reason: "the header field \(field.name) cannot be sent"
            )
        }
        // libcurl would wait for a second whether the server wants a large content.
        _ = fields.append("Expect", nil)
        guard !cancellation.isCancelled else { throw cancelled(request) }
        reception.begin()
        reason.pointee = 0
        do throws(CurlFailure) {
            try configure(request, fields)
            try perform(request)
        } catch {
            throw self.error(error.code, request)
        }
        return response()
    }

    private func configure(
        _ request: OutgoingRequest,
        _ fields: FieldList
    ) throws(CurlFailure) {
        // Connections stay open.
        curl_easy_reset(handle)
        try check(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, reason))
        try check(ccurl_set_number(handle, CURLOPT_NOSIGNAL, 1))
        try check(ccurl_allow_only_http(handle))
        try set(CURLOPT_URL, request.url.text)
        try set(CURLOPT_USERAGENT, options.userAgent)
        if let path = options.unixSocketPath {
            try set(CURLOPT_UNIX_SOCKET_PATH, path)
            // A socket in the file system is not behind a proxy.
            try set(CURLOPT_PROXY, "")
        }
        try set(CURLOPT_CAINFO, options.trustedCertificates)
        try set(CURLOPT_SSLCERT, options.clientCertificate?.certificate)
        try set(CURLOPT_SSLKEY, options.clientCertificate?.key)
        try set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout)
        try set(CURLOPT_TIMEOUT_MS, request.timeout)
        let reception = Unmanaged.passUnretained(reception).toOpaque()
        try check(ccurl_on_content(handle, takeContent, reception))
        let cancellation = Unmanaged.passUnretained(cancellation).toOpaque()
        try check(ccurl_on_progress(handle, isToEnd, cancellation))
        try check(ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, fields.list))
    }

    private func perform(_ request: OutgoingRequest) throws(CurlFailure) {
        if var body = request.body ?? (request.method == .post ? [] : nil) {
            let count = body.count
            // An empty array has no address.
            body.append(0)
            let code = body.withUnsafeBytes { bytes in
                let code = ccurl_set_number(handle, CURLOPT_POSTFIELDSIZE, count)
                guard code == CURLE_OK else { return code }
                return send(request.method, bytes.baseAddress)
            }
            try check(code)
        } else {
            try check(send(request.method, nil))
        }
    }

    /// - Parameter body: The address of the content, which libcurl does not copy.
    private func send(_ method: OutgoingRequest.Method, _ body: UnsafeRawPointer?) -> CURLcode {
        if let body {
            let code = ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body)
            guard code == CURLE_OK else { return code }
        }
        let code = ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, method.rawValue)
        return code == CURLE_OK ? curl_easy_perform(handle) : code
    }

    private func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code) }
    }

    private func set(_ option: CURLoption, _ value: String?) throws(CurlFailure) {
        if let value { try check(ccurl_set_text(handle, option, value)) }
    }

    /// Sets a time of at least 1 ms, because 0 stands for none.
    private func set(_ option: CURLoption, _ time: Duration) throws(CurlFailure) {
        let milliseconds = max(1, min((time / .milliseconds(1)).rounded(.up), 1e9))
        try check(ccurl_set_number(handle, option, Int(milliseconds)))
    }

    private func response() -> ReceivedResponse {
        var status = 0
        _ = ccurl_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
        var seconds: curl_off_t = 0
        _ = ccurl_get_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
        var fields: [(name: String, value: String)] = []
        var field = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, nil)
        while let found = field {
            if let name = found.pointee.name, let value = found.pointee.value {
                // In libcurl 7.88 an empty value has the line's end.
                let text = String(cString: value).filter { !$0.isNewline }
                fields.append((String(cString: name), text))
            }
            field = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, found)
        }
        return ReceivedResponse(
            status: status,
            fields: fields,
            body: reception.take(),
            retryAfter: seconds > 0 ? .seconds(seconds) : nil
        )
    }

    private func cancelled(_ request: OutgoingRequest) -> HTTPClientError {
        HTTPClientError(.cancelled, url: "\(request.url)", reason: "the request was cancelled")
    }

    private func error(_ code: CURLcode, _ request: OutgoingRequest) -> HTTPClientError {
        if code == CURLE_ABORTED_BY_CALLBACK { return cancelled(request) }
        let url = "\(request.url)"
        if reception.isOverLimit {
            return HTTPClientError(
                .responseTooLarge(limitBytes: options.responseLimitBytes),
                url: url,
                reason: "the response has more than \(options.responseLimitBytes) bytes"
            )
        }
        let told = String(cString: reason)
        return HTTPClientError(
            .init(code),
            url: url,
            reason: told.isEmpty ? String(cString: curl_easy_strerror(code)) : told
        )
    }
}

extension HTTPClientError.Kind {
    fileprivate init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
                .unreachable
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
                .notSecure
            default: .broken
            }
    }
}

private struct CurlFailure: Error {
    let code: CURLcode
}

/// Owns the header fields of a request (curl_slist_append(3)).
private final class FieldList {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    deinit { curl_slist_free_all(list) }

    /// Appends a field, or keeps libcurl from sending it if it has no value.
    ///
    /// - Returns: Whether the field can be sent.
    func append(_ name: String, _ value: String?) -> Bool {
        guard OutgoingRequest.isSendable(name: name, value: value ?? "") else { return false }
        // A semicolon stands for an empty value (CURLOPT_HTTPHEADER(3)).
        let line = value.map { $0.isEmpty ? "\(name);" : "\(name): \($0)" } ?? "\(name):"
        guard let longer = curl_slist_append(list, line) else { return false }
        list = longer
        return true
    }
}

/// The content of a response as it arrives.
private final class Reception {
    private let limitBytes: Int
    private var bytes: [UInt8] = []
    private(set) var isOverLimit = false

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    func begin() {
        bytes = []
        isOverLimit = false
    }

    /// - Returns: The number of bytes that were taken; fewer than were given end the transfer.
    func append(_ more: UnsafeRawBufferPointer) -> Int {
        guard more.count <= limitBytes - bytes.count else {
            isOverLimit = true
            return 0
        }
        bytes.append(contentsOf: more)
        return more.count
    }

    func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

private func takeContent(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    return Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
        .append(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private func isToEnd(
    _ context: UnsafeMutableRawPointer?,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t
) -> Int32 {
    guard let context else { return 0 }
    let cancellation = Unmanaged<RequestCancellation>.fromOpaque(context).takeUnretainedValue()
    return cancellation.isCancelled ? 1 : 0
}
