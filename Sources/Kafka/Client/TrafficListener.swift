/// A listener that clients notify when they become busy or idle.
package protocol TrafficListener: Sendable {
    /// Is called when a message is about to be published, records have arrived, or a consumer is
    /// about to stop.
    ///
    /// Clients call this function for each message and on any thread.
    func noteTraffic()

    /// Is called when a consumer has waited for records in vain.
    func noteQuiet()
}
