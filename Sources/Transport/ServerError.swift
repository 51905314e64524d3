internal import Glibc

/// Why a server could not start.
package enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is neither an address nor a name that resolves.
    case hostNotFound(String, reason: String)
    /// Something else listens there already.
    case addressInUse(SocketAddress)
    /// The address is none of this machine's.
    case addressNotAvailable(SocketAddress)
    /// The port is reserved, such as one below 1024.
    case permissionDenied(SocketAddress)
    /// There is a file at the path of the socket that is none.
    case notASocket(path: String)
    /// The socket's file cannot be given the group that was asked for.
    case socketGroupNotSet(path: String, SystemError)
    /// The socket's file cannot be given the permissions that were asked for.
    case socketModeNotSet(path: String, SystemError)
    /// The process may open so few descriptors that it could not even do its own work.
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
