internal import CCurl

/// The libcurl that this process has loaded.
package enum CurlLibrary {
    /// The version, which may be newer than that of the build.
    package static var version: String { String(cString: ccurl_version()) }

    /// Whether the library could set up what all its handles share (curl_global_init(3)).
    ///
    /// It is done once, before the first handle, because some builds of the library cannot do it on
    /// several threads.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
