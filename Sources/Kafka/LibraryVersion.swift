internal import CRdkafka

/// A version of librdkafka.
package struct LibraryVersion: Comparable, Sendable, CustomStringConvertible {
    package let major: Int
    package let minor: Int
    package let patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// - Parameter number: As `rd_kafka_version()` has it: `0xMMmmrrxx`, a byte each.
    init(number: Int32) {
        self.init(Int(number >> 24 & 0xFF), Int(number >> 16 & 0xFF), Int(number >> 8 & 0xFF))
    }

    /// That of the library which this process has loaded; it may be newer than the one it was built
    /// with.
    package static var loaded: LibraryVersion { LibraryVersion(number: rd_kafka_version()) }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
