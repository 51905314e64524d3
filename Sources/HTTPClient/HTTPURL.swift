internal import CCurl

/// A URL with the scheme `http` or `https`.
package struct HTTPURL: Equatable, Sendable, CustomStringConvertible {
    /// The URL as it is requested; it may contain a password.
    let text: String
    /// The URL for people: without user, password, query and fragment, which may be secret.
    package let description: String

    /// - Throws: ``HTTPClientError`` with the reason why the text is no such URL.
    package init(_ text: String) throws(HTTPClientError) {
        try self.init(text, addingPath: nil)
    }

    /// Returns this URL with more at the end of its path.
    ///
    /// - Parameter path: Begins with a slash. One at the end of the URL's own path is left out.
    package func appending(path: String) throws(HTTPClientError) -> HTTPURL {
        try HTTPURL(text, addingPath: path)
    }

    private init(_ text: String, addingPath addition: String?) throws(HTTPClientError) {
        let parts = URLParts()
        guard parts.set(CURLUPART_URL, text) == CURLUE_OK,
            let scheme = parts.get(CURLUPART_SCHEME), ["http", "https"].contains(scheme)
        else {
            throw HTTPClientError(
                .invalidRequest,
                url: nil,
                reason: "this is no URL with a host that begins with http:// or https://"
            )
        }
        if let addition {
            var path = parts.get(CURLUPART_PATH) ?? ""
            if path.hasSuffix("/") { path.removeLast() }
            _ = parts.set(CURLUPART_PATH, path + addition)
        }
        self.text = parts.get(CURLUPART_URL) ?? text
        for secret in [
            CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY,
            CURLUPART_FRAGMENT,
        ] {
            _ = parts.set(secret, nil)
        }
        description = parts.get(CURLUPART_URL) ?? ""
    }
}

/// Owns libcurl's view of a URL (curl_url(3)).
private struct URLParts: ~Copyable {
    private let handle = curl_url()

    deinit { curl_url_cleanup(handle) }

    func set(_ part: CURLUPart, _ text: String?) -> CURLUcode {
        guard let handle else { return CURLUE_OUT_OF_MEMORY }
        guard let text else { return curl_url_set(handle, part, nil, 0) }
        return curl_url_set(handle, part, text, 0)
    }

    func get(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard let handle, curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else {
            return nil
        }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
