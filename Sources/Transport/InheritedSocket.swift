internal import CLinux
internal import Glibc

/// A listening socket opened by the parent process, for example by systemd for a `.socket` unit
/// (sd_listen_fds(3)).
package enum InheritedSocket {
    /// The first descriptor after standard input, output and error (`SD_LISTEN_FDS_START`).
    private static let first: Int32 = 3

    /// Returns the socket that the environment names, or `nil`.
    ///
    /// - Throws: ``ServerError/inheritance(reason:)`` when there are several, or when the
    ///   descriptor is not a listening socket.
    package static func find(in environment: [String: String]) throws(ServerError) -> Int32? {
        guard environment["LISTEN_PID"] == "\(getpid())",
            let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), count > 0
        else { return nil }
        guard count == 1 else {
            throw .inheritance(reason: "LISTEN_FDS passes \(count) sockets on; one is taken")
        }
        guard option(SO_ACCEPTCONN) == 1, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue) else {
            throw .inheritance(reason: "descriptor \(first) is no listening stream socket")
        }
        _ = clinux_set_nonblocking(first)
        return first
    }

    private static func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(first, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}
