internal import Glibc

/// A listening socket in the file system (unix(7)).
enum UnixSocket {
    /// Makes one; a file that a killed process left behind is replaced.
    ///
    /// - Throws: ``SystemError`` with `EADDRINUSE` when somebody listens there.
    static func open(_ path: String) throws(SystemError) -> Int32 {
        do throws(SystemError) {
            return try bound(path)
        } catch {
            guard error.code == EADDRINUSE, isStale(path) else { throw error }
            unlink(path)
            return try bound(path)
        }
    }

    private static func bound(_ path: String) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try SystemCall.checked("socket") { socket(AF_UNIX, kind, 0) }
        do throws(SystemError) {
            try SystemCall.checked("bind") { withAddress(path) { bind(descriptor, $0, $1) } }
            try SystemCall.checked("listen") { listen(descriptor, Listener.Limits.backlog) }
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Whether nobody listens there any more.
    private static func isStale(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { SystemCall.close(descriptor) }
        return withAddress(path) { connect(descriptor, $0, $1) } != 0 && errno == ECONNREFUSED
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // One byte is the end's.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
