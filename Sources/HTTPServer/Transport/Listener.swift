internal import CLinux
internal import Glibc

/// A listening socket on its loop.
///
/// Every loop has one on the same port (`SO_REUSEPORT`, socket(7)), and the kernel spreads the
/// connections over them.
///
/// Sendable because it is touched on its loop's thread only.
final class Listener: Registration, @unchecked Sendable {
    enum Limits {
        /// Connections that the kernel holds for us until they are accepted; capped by
        /// `net.core.somaxconn`.
        static let backlog: Int32 = 4096
        /// Connections accepted before the loop looks after the open ones again.
        static let acceptsPerTurn = 64
        /// Pause after the process ran out of descriptors or memory, so that the loop does not spin
        /// on a backlog that it cannot take.
        static let pauseWhenExhausted = Duration.milliseconds(100)
    }

    private let accepted: (Int32, ClientNetwork?) -> Void
    private let shortages: ShortageReport
    private var isPaused = false
    /// Whether connections have been left waiting and not all been taken since.
    private var isShort = false

    /// Takes over a socket that listens already.
    ///
    /// - Parameter accepted: Gets each new connection's descriptor, and whose it is.
    init(
        adopting descriptor: Int32,
        loop: EventLoop,
        shortages: ShortageReport,
        accepted: @escaping (Int32, ClientNetwork?) -> Void
    ) {
        self.accepted = accepted
        self.shortages = shortages
        super.init(descriptor: descriptor, loop: loop)
        loop.add(self, events: EPOLLIN.rawValue)
    }

    /// Makes a listening socket.
    static func open(_ address: ResolvedAddress) throws(SystemError) -> Int32 {
        let descriptor = try bound(to: address, options: [SO_REUSEADDR, SO_REUSEPORT])
        do {
            try SystemCall.checked("listen") { listen(descriptor, Limits.backlog) }
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Checks that nobody listens there: `SO_REUSEPORT` would share the port with another server of
    /// the same user, and each would get some of the connections.
    static func checkIsFree(_ address: ResolvedAddress) throws(SystemError) {
        SystemCall.close(try bound(to: address, options: [SO_REUSEADDR]))
    }

    private static func bound(
        to address: ResolvedAddress,
        options: [Int32]
    ) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try SystemCall.checked("socket") { socket(address.family, kind, 0) }
        do {
            var on: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            for option in options {
                try SystemCall.checked("setsockopt") {
                    setsockopt(descriptor, SOL_SOCKET, option, &on, size)
                }
            }
            if address.family == AF_INET6 {
                // `::` takes IPv4's connections too, whatever the machine's default (ipv6(7)).
                var off: Int32 = 0
                try SystemCall.checked("setsockopt") {
                    setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
                }
            }
            try address.bind(descriptor)
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Leaves new connections in the backlog until ``resume()``.
    func pause(_ shortage: ServerShortage) {
        guard isOpen else { return }
        isPaused = true
        if !isShort {
            isShort = true
            shortages.begin(shortage)
        }
        loop.change(self, events: 0)
    }

    func resume() {
        guard isOpen else { return }
        isPaused = false
        clearDeadline()
        loop.change(self, events: EPOLLIN.rawValue)
    }

    override func becameReady(_ events: UInt32) { accept(atMost: Limits.acceptsPerTurn) }

    private func accept(atMost count: Int) {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        for _ in 0..<count where isOpen && !isPaused {
            var peer = sockaddr_storage()
            switch SystemCall.nonBlocking({ Self.accept(descriptor, flags, &peer) }) {
            case .done(let connection):
                accepted(Int32(connection), ClientNetwork(peer))
            case .wouldBlock:
                if isShort {
                    isShort = false
                    shortages.end()
                }
                return
            case .failed(let code) where [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code):
                pause(.resources(SystemError(call: "accept4", code: code)))
                setDeadline(loop.now.advanced(by: Limits.pauseWhenExhausted))
                return
            case .failed:
                // The connection died in the backlog (accept(2), "Error handling"): take the next.
                continue
            }
        }
    }

    private static func accept(
        _ descriptor: Int32,
        _ flags: Int32,
        _ peer: inout sockaddr_storage
    ) -> Int {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Int(accept4(descriptor, $0, &length, flags))
            }
        }
    }

    override func deadlineReached() { resume() }

    override func drain() {
        // Who is in the backlog is connected and may have sent a request: closing would reset it.
        accept(atMost: Int(Limits.backlog))
        close()
    }
}
