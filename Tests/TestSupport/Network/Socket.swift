import Glibc

/// The descriptor of a TCP socket, which its owner closes.
struct Socket: ~Copyable {
    let descriptor: Int32

    /// - Parameters:
    ///   - host: An address or a name of this machine.
    ///   - source: The IPv4 source address, if not the default.
    static func connected(
        to host: String,
        _ port: Int,
        from source: String? = nil,
        deadline: ContinuousClock.Instant
    ) throws(SupportError) -> Socket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let list else {
            throw SupportError("\(host) is no address.")
        }
        defer { freeaddrinfo(list) }
        var address: UnsafeMutablePointer<addrinfo>? = list
        var reason = "no address"
        while let candidate = address?.pointee {
            let descriptor = socket(
                candidate.ai_family,
                Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec,
                0
            )
            guard descriptor >= 0 else { throw SupportError("socket: \(systemErrorText())") }
            let attempt = Socket(descriptor: descriptor)
            if let source { try attempt.bind(to: source) }
            if let failure = attempt.connect(candidate, deadline) {
                reason = failure
                address = candidate.ai_next
            } else {
                var isOn: Int32 = 1
                setsockopt(
                    descriptor,
                    Int32(IPPROTO_TCP),
                    TCP_NODELAY,
                    &isOn,
                    socklen_t(MemoryLayout<Int32>.size)
                )
                return attempt
            }
        }
        throw SupportError("No connection to \(host):\(port): \(reason)")
    }

    deinit { Glibc.close(descriptor) }

    private func bind(to source: String) throws(SupportError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, source, &address.sin_addr) == 1 else {
            throw SupportError("\(source) is no IPv4 address.")
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SupportError("bind: \(systemErrorText())") }
    }

    /// Returns the reason why the connection failed, or `nil`.
    private func connect(_ address: addrinfo, _ deadline: ContinuousClock.Instant) -> String? {
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return systemErrorText() }
        guard wait(for: POLLOUT, deadline) else { return "timed out" }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        return error == 0 ? nil : systemErrorText(error)
    }

    /// Waits for one of the events; returns whether it came before the deadline.
    func wait(for events: Int32, _ deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let milliseconds = max(0, left / .milliseconds(1))
            var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&request, 1, Int32(min(milliseconds.rounded(.up), 1_000_000)))
            if count > 0 { return true }
            if count == 0 && left <= .zero { return false }
        }
    }
}

private let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
private let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
