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

    /// - Parameter number: The version in the format of `rd_kafka_version()`: `0xMMmmrrxx`, one
    ///   byte per part.
    init(number: Int32) {
        self.init(Int(number >> 24 & 0xFF), Int(number >> 16 & 0xFF), Int(number >> 8 & 0xFF))
    }

    /// The version of the library that this process has loaded, which may be newer than the version
    /// at build time.
    package static var loaded: LibraryVersion { LibraryVersion(number: rd_kafka_version()) }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
