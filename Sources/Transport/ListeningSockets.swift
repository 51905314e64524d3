internal import CLinux
internal import Glibc

/// The sockets that a server listens on.
///
/// Each loop has one socket per address, or its own descriptor of the single socket.
struct ListeningSockets {
    enum Limits {
        /// The number of attempts to find a free port.
        ///
        /// The port that the kernel has chosen on one address may be in use on another one; then it
        /// chooses again.
        static let portAttempts = 16
    }

    /// An address of the host that does not belong to this machine.
    struct Missing: Sendable {
        let address: SocketAddress
        let reason: SystemError
    }

    /// The addresses, with the actual port if the configured one is 0.
    let addresses: [SocketAddress]
    let missing: [Missing]
    /// The socket in the file system that the server removes at the end.
    let file: UnixSocket?
    /// The descriptors of each loop.
    private(set) var descriptors: [[Int32]]

    init(_ wanted: ListenAddress, loopCount: Int) throws(ServerError) {
        switch wanted {
        case .tcp(let address, let sharesPort):
            let found = try ResolvedAddress.all(host: address.host, port: address.port)
            self = try Self.tcp(found, sharesPort: sharesPort, loopCount: loopCount)
        case .unix(let path, let access):
            let file = try UnixSocket(path, access)
            do throws(ServerError) {
                self = try ListeningSockets(sharing: file.descriptor, loopCount, file: file)
            } catch {
                file.remove()
                throw error
            }
        case .inherited(let descriptor):
            self = try ListeningSockets(sharing: descriptor, loopCount, file: nil)
        }
    }

    /// Closes all descriptors.
    mutating func discard() {
        for descriptor in descriptors.joined() { SystemCall.close(descriptor) }
        descriptors = []
        file?.remove()
    }

    // MARK: One socket

    /// Creates one descriptor for each loop, and takes over the given one.
    private init(
        sharing descriptor: Int32,
        _ loopCount: Int,
        file: UnixSocket?
    ) throws(ServerError) {
        var copies = [descriptor]
        do throws(SystemError) {
            for _ in 1..<loopCount {
                copies.append(try SystemCall.checked("fcntl") { clinux_duplicate(descriptor) })
            }
            addresses = [try SocketAddress(boundTo: descriptor)]
        } catch {
            for descriptor in copies { SystemCall.close(descriptor) }
            throw .system(error)
        }
        descriptors = copies.map { [$0] }
        missing = []
        self.file = file
    }

    // MARK: Hosts

    private init(addresses: [SocketAddress], missing: [Missing], descriptors: [[Int32]]) {
        self.addresses = addresses
        self.missing = missing
        self.descriptors = descriptors
        file = nil
    }

    /// Listens on all addresses of a host that belong to this machine, with the same port on all.
    ///
    /// - Throws: ``ServerError`` when no address belongs to this machine, or when one is in use.
    static func tcp(
        _ wanted: [ResolvedAddress],
        sharesPort: Bool,
        loopCount: Int
    ) throws(ServerError) -> ListeningSockets {
        var attempt = 1
        while true {
            do throws(ServerError) {
                return try open(wanted, sharesPort: sharesPort, loopCount: loopCount)
            } catch {
                guard case .addressInUse(let address) = error, wanted[0].address.port == 0,
                    address.port != 0, attempt < Limits.portAttempts
                else { throw error }
                attempt += 1
            }
        }
    }

    private static func open(
        _ wanted: [ResolvedAddress],
        sharesPort: Bool,
        loopCount: Int
    ) throws(ServerError) -> ListeningSockets {
        // If a name has both families, the IPv6 socket leaves IPv4 connections to the other
        // (ipv6(7)).
        let isVersion6Only = wanted.contains { $0.family == AF_INET }
        var descriptors = [[Int32]](repeating: [], count: loopCount)
        var addresses: [SocketAddress] = []
        var missing: [Missing] = []
        do throws(ServerError) {
            for address in wanted {
                // All addresses use the port of the first one.
                var address = address
                if let first = addresses.first { address = address.with(port: first.port) }
                do throws(SystemError) {
                    if !sharesPort {
                        try Listener.checkIsFree(address, isVersion6Only: isVersion6Only)
                    }
                    for loop in 0..<loopCount {
                        let opened = try Listener.open(address, isVersion6Only: isVersion6Only)
                        descriptors[loop].append(opened)
                        guard loop == 0 else { continue }
                        addresses.append(try SocketAddress(boundTo: opened))
                        address = address.with(port: addresses[addresses.count - 1].port)
                    }
                } catch  where [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.code) {
                    missing.append(Missing(address: address.address, reason: error))
                } catch {
                    throw ServerError(error, address: address.address)
                }
            }
            if addresses.isEmpty, let first = missing.first {
                throw ServerError(first.reason, address: first.address)
            }
        } catch {
            for descriptor in descriptors.joined() { SystemCall.close(descriptor) }
            throw error
        }
        return ListeningSockets(addresses: addresses, missing: missing, descriptors: descriptors)
    }
}
