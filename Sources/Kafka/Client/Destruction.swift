internal import Dispatch

/// The end of something of librdkafka's, which waits for its threads.
package enum Destruction {
    /// Destroys it on a thread of its own, and waits for that, but not for longer than the limit: then it
    /// is left to the end of the process.
    ///
    /// - Parameter destroy: Has to keep alive what librdkafka may refer to until then.
    package static func wait(
        for limit: Duration,
        _ destroy: @escaping @Sendable () -> Void
    ) {
        let isDestroyed = DispatchSemaphore(value: 0)
        DispatchQueue(label: "kafka-destroy").async {
            destroy()
            isDestroyed.signal()
        }
        _ = isDestroyed.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds)))
    }
}
