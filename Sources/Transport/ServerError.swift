internal import Glibc

/// The reason why a server could not start.
package enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is neither an address nor a name that resolves.
    case hostNotFound(String, reason: String)
    /// Another socket listens on the address already.
    case addressInUse(SocketAddress)
    /// The address does not belong to this machine.
    case addressNotAvailable(SocketAddress)
    /// The port is reserved, such as one below 1024.
    case permissionDenied(SocketAddress)
    /// The file at the path of the socket is not a socket.
    case notASocket(path: String)
    /// The group of the socket's file cannot be set.
    case socketGroupNotSet(path: String, SystemError)
    /// The permissions of the socket's file cannot be set.
    case socketModeNotSet(path: String, SystemError)
    /// The process may open too few descriptors even for its own work.
    case tooFewDescriptors(limit: Int, least: Int)
    /// The socket that the environment passes on cannot be used.
    case inheritance(reason: String)
    case system(SystemError)

    init(_ error: SystemError, address: SocketAddress) {
        switch error.code {
        case EADDRINUSE: self = .addressInUse(address)
        case EADDRNOTAVAIL: self = .addressNotAvailable(address)
        case EACCES: self = .permissionDenied(address)
        default: self = .system(error)
        }
    }

    package var description: String {
        switch self {
        case .hostNotFound(let host, let reason): "the host \(host) cannot be resolved: \(reason)"
        case .addressInUse(let address): "\(address) is in use by another process"
        case .addressNotAvailable(let address): "\(address) is not an address of this machine"
        case .permissionDenied(let address): "no permission to listen on \(address)"
        case .notASocket(let path): "\(path) is there already, and is no socket: it is left alone"
        case .socketGroupNotSet(let path, let error): "the group of \(path) cannot be set: \(error)"
        case .socketModeNotSet(let path, let error): "the mode of \(path) cannot be set: \(error)"
        case .tooFewDescriptors(let limit, let least):
            "the process may have only \(limit) descriptors: raise 'ulimit -n' to at least \(least)"
        case .inheritance(let reason): "the passed-on socket cannot be used: \(reason)"
        case .system(let error): error.description
        }
    }
}
