/// The time between a signal that asks to stop and the stop itself.
///
/// In this time load balancers notice that the gateway is not ready, and stop sending requests.
package struct DrainDelay: Sendable {
    package let duration: Duration
    /// Makes readiness report that the gateway is about to stop.
    let announce: @Sendable () -> Void

    /// - Returns: `nil` if there is no delay.
    package init?(_ duration: Duration, announce: @escaping @Sendable () -> Void) {
        guard duration > .zero else { return nil }
        self.duration = duration
        self.announce = announce
    }
}
