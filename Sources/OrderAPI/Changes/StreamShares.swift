internal import Synchronization
internal import Transport

/// The places for streams of changes on one port, and how many of them each client has.
///
/// So no client takes all of them, and no port's streams take all connections of the port.
package final class StreamShares: Sendable {
    package enum Limits {
        /// The most streams of one client: an IPv4 address, or a /64 of IPv6.
        ///
        /// A proxy counts as one client, so the limit is high. It leaves nearly half of all for others.
        package static let streamsPerClient = 1_024
    }

    /// A place for one stream, which is free again when it is released.
    final class Place: Sendable {
        private let shares: StreamShares
        private let client: ClientNetwork?

        fileprivate init(_ shares: StreamShares, _ client: ClientNetwork?) {
            self.shares = shares
            self.client = client
        }

        deinit { shares.giveBack(client) }
    }

    /// Why there is no place.
    enum Refusal: Error {
        case portIsFull
        case clientHasAll
    }

    private struct State {
        var count = 0
        /// The number of places of each client that has one.
        var counts: [ClientNetwork: Int] = [:]
    }

    let limit: Int
    let limitPerClient: Int
    private let state = Mutex(State())

    /// - Parameter limit: The most streams on the port.
    package init(
        limit: Int = ChangeRing.Limits.streams,
        perClient limitPerClient: Int = Limits.streamsPerClient
    ) {
        self.limit = limit
        self.limitPerClient = limitPerClient
    }

    /// - Parameter client: The client; `nil` for one without an address, which has no limit of its own.
    func take(_ client: ClientNetwork?) throws(Refusal) -> Place {
        let refusal: Refusal? = state.withLock { state in
            guard state.count < limit else { return .portIsFull }
            if let client {
                guard state.counts[client, default: 0] < limitPerClient else {
                    return .clientHasAll
                }
                state.counts[client, default: 0] += 1
            }
            state.count += 1
            return nil
        }
        if let refusal { throw refusal }
        return Place(self, client)
    }

    private func giveBack(_ client: ClientNetwork?) {
        state.withLock { state in
            state.count -= 1
            guard let client, let count = state.counts[client] else { return }
            state.counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
