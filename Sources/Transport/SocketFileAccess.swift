/// Who may connect to a socket in the file system: that takes the right to write to it (unix(7)).
package struct SocketFileAccess: Equatable, Sendable {
    /// The permission bits of the file, such as 0o660; `nil` for what the umask leaves.
    package var mode: UInt32?
    /// The id of the file's group; `nil` for the process's.
    package var group: UInt32?

    package init(mode: UInt32? = nil, group: UInt32? = nil) {
        self.mode = mode
        self.group = group
    }
}
