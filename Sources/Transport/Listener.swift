internal import CLinux
internal import Glibc

/// A listening socket on its loop.
///
/// Every loop has one on the same port (`SO_REUSEPORT`, socket(7)). The kernel distributes the
/// connections over them.
///
/// Sendable because only its loop's thread touches it.
final class Listener: Registration, @unchecked Sendable {
    enum Limits {
        /// The number of connections that the kernel queues until they are accepted; capped by
        /// `net.core.somaxconn`.
        static let backlog: Int32 = 4096
        /// The number of connections accepted before the loop serves the open ones again.
        static let acceptsPerTurn = 64
        /// The pause while there is no room for a waiting connection.
        ///
        /// Without it, the loop would spin on a backlog that it cannot accept.
        static let pauseWhenExhausted = Duration.milliseconds(100)
    }

    private enum State {
        case accepting
        /// Idle connections are being ended to make room for a waiting one.
        case makingRoom
        /// There is no room for the waiting connections. The listener tries again when a connection
        /// ends, or after a pause.
        case full
    }

    private let capacity: ConnectionCapacity
    private let accepted: (Int32, ClientNetwork?) -> Void
    private let shortages: ShortageReport
    private var state = State.accepting
    /// Whether a connection was ended because descriptors or memory were short, and none has been
    /// accepted since.
    private var hasMadeRoom = false
    /// Whether connections had to wait, and not all of them have been accepted since.
    private var isShort = false

    /// Takes over a socket that listens already.
    ///
    /// - Parameter accepted: Receives the descriptor and the client of each new connection, which
    ///   is counted already.
    init(
        adopting descriptor: Int32,
        loop: EventLoop,
        capacity: ConnectionCapacity,
        shortages: ShortageReport,
        accepted: @escaping (Int32, ClientNetwork?) -> Void
    ) {
        self.capacity = capacity
        self.accepted = accepted
        self.shortages = shortages
        super.init(descriptor: descriptor, loop: loop)
        loop.add(self)
        watch(EPOLLIN.rawValue)
    }

    /// Opens a listening socket.
    ///
    /// - Parameter isVersion6Only: Whether IPv6's `::` leaves IPv4 connections to another socket.
    static func open(
        _ address: ResolvedAddress,
        isVersion6Only: Bool = false
    ) throws(SystemError) -> Int32 {
        let options = [SO_REUSEADDR, SO_REUSEPORT]
        let descriptor = try bound(to: address, options, isVersion6Only)
        do {
            try SystemCall.checked("listen") { listen(descriptor, Limits.backlog) }
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Checks that no other socket listens on the address.
    ///
    /// With `SO_REUSEPORT`, another server of the same user would share the port, and each would
    /// get some of the connections.
    static func checkIsFree(
        _ address: ResolvedAddress,
        isVersion6Only: Bool = false
    ) throws(SystemError) {
        SystemCall.close(try bound(to: address, [SO_REUSEADDR], isVersion6Only))
    }

    private static func bound(
        to address: ResolvedAddress,
        _ options: [Int32],
        _ isVersion6Only: Bool
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
                // `::` accepts IPv4 connections too, whatever the default of the machine (ipv6(7)).
                var only: Int32 = isVersion6Only ? 1 : 0
                try SystemCall.checked("setsockopt") {
                    setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &only, size)
                }
            }
            try address.bind(descriptor)
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
        return descriptor
    }

    // MARK: Accepting

    override func becameReady(_ events: UInt32) { accept(atMost: Limits.acceptsPerTurn) }

    private func accept(atMost count: Int) {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        for _ in 0..<count {
            guard isOpen, case .accepting = state else { return }
            guard capacity.hasRoom else {
                // The last connection in the backlog may have taken the last place.
                if isAnyoneWaiting {
                    noRoom(.connections(limit: capacity.limit))
                } else {
                    endShortage()
                }
                return
            }
            var peer = sockaddr_storage()
            switch SystemCall.nonBlocking({ Self.accept(descriptor, flags, &peer) }) {
            case .done(let connection):
                hasMadeRoom = false
                capacity.take()
                accepted(Int32(connection), ClientNetwork(peer))
            case .wouldBlock:
                endShortage()
                return
            case .failed(let code) where [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code):
                // accept4(2) reserves the descriptor before it looks for a waiting connection.
                guard isAnyoneWaiting else { return endShortage() }
                let shortage = ServerShortage.resources(SystemError(call: "accept4", code: code))
                // Ending an idle connection has not helped. The next one ends only after a pause.
                if hasMadeRoom { wait(shortage) } else { noRoom(shortage) }
                return
            case .failed:
                // The connection ended in the backlog (accept(2), "Error handling"). Take the next
                // one.
                continue
            }
        }
        if isShort, !isAnyoneWaiting { endShortage() }
    }

    private var isAnyoneWaiting: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    private func endShortage() {
        guard isShort else { return }
        isShort = false
        clearDeadline()
        shortages.end()
    }

    // MARK: Shortage

    /// Ends the longest idle connections to make room.
    ///
    /// If none is idle, the new connections wait.
    private func noRoom(_ shortage: ServerShortage) {
        guard !loop.isDraining else { return }
        state = .makingRoom
        clearDeadline()
        watch(0)
        Task(executorPreference: loop) {
            let hasRoom = await self.capacity.makeRoom()
            if hasRoom {
                if case .resources = shortage { self.hasMadeRoom = true }
                self.resume()
            } else {
                self.wait(shortage)
            }
        }
    }

    /// Leaves new connections in the backlog for a while, or until ``connectionEnded()``.
    private func wait(_ shortage: ServerShortage) {
        guard isOpen else { return }
        state = .full
        hasMadeRoom = false
        if !isShort {
            isShort = true
            shortages.begin(shortage)
        }
        setDeadline(loop.now.advanced(by: Limits.pauseWhenExhausted))
        watch(0)
    }

    private func resume() {
        guard isOpen else { return }
        state = .accepting
        clearDeadline()
        if isShort {
            // Another loop with the same socket may have accepted the waiting connections, or may
            // accept them before this loop is told about them. In the second case, look again later.
            if isAnyoneWaiting {
                setDeadline(loop.now.advanced(by: Limits.pauseWhenExhausted))
            } else {
                endShortage()
            }
        }
        watch(EPOLLIN.rawValue)
    }

    /// Makes the loop watch the socket.
    ///
    /// If the kernel has no memory for that, tries again after a pause.
    private func watch(_ events: UInt32) {
        guard let error = loop.watch(self, events: events), events != 0 else { return }
        wait(.resources(error))
    }

    /// Tries to accept again after a connection of this loop has ended.
    func connectionEnded() {
        if case .full = state { resume() }
    }

    override func deadlineReached() { resume() }

    override func drain() {
        // Clients in the backlog are connected and may have sent a request. Closing would reset
        // them.
        state = .accepting
        accept(atMost: Int(Limits.backlog))
        close()
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
}
