/// Is told by clients when there is something to do for them, and when there is not.
package protocol TrafficListener: Sendable {
    /// A message is about to be published, records have arrived, or a consumer is about to stop.
    ///
    /// Called for each message and on any thread.
    func noteTraffic()

    /// A consumer has waited for records and there were none.
    func noteQuiet()
}
