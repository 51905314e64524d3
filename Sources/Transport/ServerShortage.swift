internal import Glibc

/// The reason why new connections have to wait or are refused.
package enum ServerShortage: Equatable, Sendable, CustomStringConvertible {
    /// The number of connections has reached its limit, and none is idle.
    case connections(limit: Int)
    /// A client has reached ``TransportLimits/connectionsPerClient``.
    case connectionsOfOneClient(ClientNetwork, limit: Int)
    /// The process or the machine is out of descriptors or memory (accept(2)).
    case resources(SystemError)
    /// The kernel has no room to watch another connection (epoll_ctl(2)), so it was refused.
    case unwatched(SystemError)

    /// Whether connections wait.
    ///
    /// The server then also reports when they no longer wait.
    package var isWaiting: Bool {
        switch self {
        case .connections, .resources: true
        case .connectionsOfOneClient, .unwatched: false
        }
    }

    package var description: String {
        switch self {
        case .connections(let limit):
            "all \(limit) connections are in use, and none is idle: new ones wait until others end"
        case .connectionsOfOneClient(let client, let limit):
            "connections of \(client) are refused: it has \(limit), the most for one client"
        case .resources(let error) where error.code == EMFILE:
            "new connections wait, for no descriptor is left: raise 'ulimit -n',"
                + " now \(DescriptorLimit.current)"
        case .resources(let error):
            "new connections wait: \(error)"
        case .unwatched(let error) where error.code == ENOSPC:
            "connections are refused, for this user has as many epoll watches as it may: raise"
                + " fs.epoll.max_user_watches"
        case .unwatched(let error):
            "connections are refused: \(error)"
        }
    }
}
