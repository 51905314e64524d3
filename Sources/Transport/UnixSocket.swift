internal import Glibc

/// A listening socket in the file system (unix(7)).
struct UnixSocket {
    let descriptor: Int32
    private let path: String
    /// The identity of the file, because another process may replace it with its own.
    private let identity: Identity?

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        /// Reads the identity of the file at a path, without following a symbolic link; `nil` if
        /// the file is not a socket.
        init?(socketAt path: String) {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
                return nil
            }
            device = status.st_dev
            inode = status.st_ino
        }
    }

    /// Creates the socket.
    ///
    /// It replaces the socket file of a process that was killed, but no other file.
    init(_ path: String, _ access: SocketFileAccess) throws(ServerError) {
        self.path = path
        let address = SocketAddress(host: path, port: 0)
        var bound: Int32
        do throws(SystemError) {
            bound = try Self.bound(path)
        } catch {
            guard error.code == EADDRINUSE else { throw ServerError(error, address: address) }
            guard Identity(socketAt: path) != nil else { throw .notASocket(path: path) }
            guard Self.isStale(path) else { throw ServerError(error, address: address) }
            unlink(path)
            do throws(SystemError) {
                bound = try Self.bound(path)
            } catch {
                throw ServerError(error, address: address)
            }
        }
        descriptor = bound
        identity = Identity(socketAt: path)
        do throws(ServerError) {
            // No client can connect before listen(2), so set the access rights first.
            try Self.apply(access, path)
            if listen(descriptor, Listener.Limits.backlog) != 0 {
                throw .system(SystemError(call: "listen", code: errno))
            }
        } catch {
            SystemCall.close(descriptor)
            remove()
            throw error
        }
    }

    /// Removes the file, unless another one has replaced it.
    func remove() {
        guard let identity, Identity(socketAt: path) == identity else { return }
        unlink(path)
    }

    private static func bound(_ path: String) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try SystemCall.checked("socket") { socket(AF_UNIX, kind, 0) }
        do throws(SystemError) {
            try SystemCall.checked("bind") { withAddress(path) { bind(descriptor, $0, $1) } }
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Sets the group before the permissions, so that the permissions never apply to another group.
    private static func apply(_ access: SocketFileAccess, _ path: String) throws(ServerError) {
        if let group = access.group, lchown(path, uid_t.max, group) != 0 {
            throw .socketGroupNotSet(path: path, SystemError(call: "chown", code: errno))
        }
        if let mode = access.mode, chmod(path, mode) != 0 {
            throw .socketModeNotSet(path: path, SystemError(call: "chmod", code: errno))
        }
    }

    /// Returns whether no process listens on the socket any more.
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
        // One byte is for the terminating zero.
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
