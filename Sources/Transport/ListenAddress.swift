/// Where a server takes its connections from.
package enum ListenAddress: Equatable, Sendable {
    /// All addresses of a host, and a port.
    ///
    /// - Parameter sharesPort: Whether other processes of the same user may listen there, too: the
    ///   kernel then gives each some of the connections (`SO_REUSEPORT`, socket(7)).
    case tcp(SocketAddress, sharesPort: Bool)
    /// A socket in the file system (unix(7)); removed when the server stops.
    case unix(path: String, access: SocketFileAccess = SocketFileAccess())
    /// A socket that listens already, passed on by whoever started the process; see
    /// ``InheritedSocket``.
    case inherited(descriptor: Int32)
}
