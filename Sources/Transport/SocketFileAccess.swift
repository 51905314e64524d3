/// The access rights of a socket in the file system.
///
/// A client needs write permission (unix(7)).
package struct SocketFileAccess: Equatable, Sendable {
    /// The permission bits of the file, such as 0o660; `nil` to use those from the umask.
    package var mode: UInt32?
    /// The id of the file's group; `nil` to use the group of the process.
    package var group: UInt32?

    package init(mode: UInt32? = nil, group: UInt32? = nil) {
        self.mode = mode
        self.group = group
    }
}
