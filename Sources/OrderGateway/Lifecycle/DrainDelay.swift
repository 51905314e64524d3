/// A time between a signal that asks to stop and the stop itself: for load balancers to notice that
/// readiness is lost, and to send no more requests.
package struct DrainDelay: Sendable {
    package let duration: Duration
    /// Has readiness say that the gateway is about to stop.
    let announce: @Sendable () -> Void

    /// - Returns: `nil` when there is no delay.
    package init?(_ duration: Duration, announce: @escaping @Sendable () -> Void) {
        guard duration > .zero else { return nil }
        self.duration = duration
        self.announce = announce
    }
}
