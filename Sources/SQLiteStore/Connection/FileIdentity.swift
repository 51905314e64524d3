internal import Glibc

/// The identity of a file, which differs from that of a later file with the same path (inode(7)).
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    /// - Returns: `nil` if there is no file or the file system does not answer.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }

    /// Returns whether it is certain that there is no file at a path.
    ///
    /// If a right is missing or a file server does not answer, it is not certain (stat(2)).
    static func isAbsent(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 && [ENOENT, ENOTDIR].contains(errno)
    }

    /// Returns the size of a file in bytes; 0 if there is no file.
    static func size(at path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
