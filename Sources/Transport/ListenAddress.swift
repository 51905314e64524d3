/// The address on which a server accepts connections.
package enum ListenAddress: Equatable, Sendable {
    /// All addresses of a host, and a port.
    ///
    /// - Parameter sharesPort: Whether other processes of the same user may listen on the port,
    ///   too. The kernel then distributes the connections (`SO_REUSEPORT`, socket(7)).
    case tcp(SocketAddress, sharesPort: Bool)
    /// A socket in the file system (unix(7)). The server removes it when it stops.
    case unix(path: String, access: SocketFileAccess = SocketFileAccess())
    /// A socket that listens already, passed on by the parent process; see ``InheritedSocket``.
    case inherited(descriptor: Int32)
}
