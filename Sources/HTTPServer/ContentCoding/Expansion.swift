/// The size limits of expanded content.
package struct Expansion: Equatable, Sendable {
    package enum Limits {
        /// The largest ratio of expanded to compressed size, beyond ``freeBytes``.
        ///
        /// Orders expand by a factor of 3 to 30; data that only repeats itself expands by 1,000.
        package static let factor = 100
        /// The size that any content may expand to, in bytes: the larger part of the largest order.
        package static let freeBytes = 16 * 1024
    }

    /// The most bytes of any content, compressed or not.
    package let limitBytes: Int

    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// Returns the most bytes that content of this compressed size may expand to.
    func bytes(from receivedBytes: Int) -> Int {
        min(limitBytes, Limits.freeBytes + Limits.factor * receivedBytes)
    }

    /// Returns the error for content that exceeds that limit.
    func error(from receivedBytes: Int) -> ContentError {
        bytes(from: receivedBytes) < limitBytes
            ? .expandsTooFar(factor: Limits.factor) : .tooLarge(limitBytes: limitBytes)
    }
}
