internal import Dispatch

/// The destruction of a librdkafka object, which waits for its threads.
package enum Destruction {
    /// Destroys the object on a separate thread and waits for the end.
    ///
    /// After the limit it stops waiting, and the thread runs until the process ends.
    ///
    /// - Parameter destroy: Destroys the object. The closure keeps everything alive that librdkafka
    ///   may use until then.
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
