internal import CNghttp2
internal import CZlib

/// The libraries under the server, as this process has loaded them.
package enum HTTPLibraries {
    package static var nghttp2Version: String {
        // The argument is the oldest version that is good enough; for a newer one there is no answer.
        guard let information = nghttp2_version(0) else { return "unknown" }
        return String(cString: information.pointee.version_str)
    }

    package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }
}
