internal import CNghttp2
internal import CZlib

/// The versions of the C libraries that this process has loaded.
package enum HTTPLibraries {
    package static var nghttp2Version: String {
        // The argument is the lowest acceptable version; the function returns nil if the library is
        // older.
        guard let information = nghttp2_version(0) else { return "unknown" }
        return String(cString: information.pointee.version_str)
    }

    package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }
}
