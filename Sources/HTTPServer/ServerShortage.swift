internal import Glibc

/// Why new connections have to wait, or are refused.
package enum ServerShortage: Equatable, Sendable, CustomStringConvertible {
    /// One loop has as many connections as it may: its share of ``ServerLimits/connections``.
    case connections(limit: Int)
    /// A client has as many as ``ServerLimits/connectionsPerClient``.
    case connectionsOfOneClient(ClientNetwork, limit: Int)
    /// The process or the machine is out of descriptors or memory (accept(2)).
    case resources(SystemError)

    package var description: String {
        switch self {
        case .connections(let limit):
            "a loop's limit of \(limit) connections is reached: new ones wait until others end"
        case .connectionsOfOneClient(let client, let limit):
            "connections of \(client) are refused: it has \(limit), the most for one client"
        case .resources(let error) where error.code == EMFILE:
            "new connections wait, for no descriptor is left: raise 'ulimit -n',"
                + " now \(DescriptorLimit.current)"
        case .resources(let error):
            "new connections wait: \(error)"
        }
    }
}
