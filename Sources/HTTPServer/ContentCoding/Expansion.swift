/// How large a compressed content may become.
package struct Expansion: Equatable, Sendable {
    package enum Limits {
        /// How many times its size a content may have, beyond ``freeBytes``.
        ///
        /// Orders become 3 to 30 times as large; what does nothing but repeat itself, 1,000 times.
        package static let factor = 100
        /// What any content may become: the larger part of the largest order.
        package static let freeBytes = 16 * 1024
    }

    /// The most that a content may be, compressed or not.
    package let limitBytes: Int

    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// The most that so many bytes may become.
    func bytes(from receivedBytes: Int) -> Int {
        min(limitBytes, Limits.freeBytes + Limits.factor * receivedBytes)
    }

    /// What has become larger than that.
    func error(from receivedBytes: Int) -> ContentError {
        bytes(from: receivedBytes) < limitBytes
            ? .expandsTooFar(factor: Limits.factor) : .tooLarge(limitBytes: limitBytes)
    }
}
