internal import Glibc

/// An address and a port to which a socket can be bound.
struct ResolvedAddress: Equatable {
    let family: Int32
    private(set) var storage: sockaddr_storage
    private let length: socklen_t

    /// Returns the addresses of a host name or a numeric address (getaddrinfo(3)), each once, in
    /// the order of the resolver.
    ///
    /// Blocks during the lookup of a name, so it is called before any loop runs.
    static func all(host: String, port: UInt16) throws(ServerError) -> [ResolvedAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var found: [ResolvedAddress] = []
        var next = result == 0 ? list : nil
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = ResolvedAddress(entry), !found.contains(address) else { continue }
            found.append(address)
        }
        guard !found.isEmpty else {
            throw .hostNotFound(host, reason: String(cString: gai_strerror(result)))
        }
        return found
    }

    /// Creates the first address of a host.
    init(host: String, port: UInt16) throws(ServerError) {
        self = try Self.all(host: host, port: port)[0]
    }

    private init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr, [AF_INET, AF_INET6].contains(entry.ai_family) else {
            return nil
        }
        family = entry.ai_family
        length = entry.ai_addrlen
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { target in
            target.copyMemory(
                from: UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
            )
        }
        self.storage = storage
    }

    /// Returns the same address with another port.
    ///
    /// The port is at the same place in the addresses of both families (ip(7), ipv6(7)).
    func with(port: UInt16) -> ResolvedAddress {
        var other = self
        let place = MemoryLayout<sockaddr_in>.offset(of: \.sin_port) ?? 0
        withUnsafeMutableBytes(of: &other.storage) {
            $0.storeBytes(of: port.bigEndian, toByteOffset: place, as: UInt16.self)
        }
        return other
    }

    func bind(_ descriptor: Int32) throws(SystemError) {
        try SystemCall.checked("bind") {
            withAddress { Glibc.bind(descriptor, $0, $1) }
        }
    }

    /// The address as host and port.
    var address: SocketAddress {
        withAddress { SocketAddress($0, length: $1) } ?? SocketAddress(host: "?", port: 0)
    }

    private func withAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value
    {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    static func == (left: ResolvedAddress, right: ResolvedAddress) -> Bool {
        left.length == right.length
            && withUnsafeBytes(of: left.storage) { left in
                withUnsafeBytes(of: right.storage) { left.elementsEqual($0) }
            }
    }
}
