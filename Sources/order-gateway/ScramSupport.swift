internal import Kafka

/// Whether logging in with SCRAM can work with the library that is there.
enum ScramSupport {
    private enum Versions {
        /// Before it librdkafka sends the client's nonce twice (its pull request 4895).
        static let sound = LibraryVersion(2, 6, 1)
    }

    private static let propertyNames = ["sasl.mechanism", "sasl.mechanisms"]

    /// What is to be said when these properties ask for SCRAM and the library is too old for it.
    static func warning(
        _ properties: [KafkaProperty],
        library: LibraryVersion = .loaded
    ) -> String? {
        // librdkafka has the two names for one property, and the last value counts.
        let mechanism = properties.last { propertyNames.contains($0.name) }?.value ?? ""
        guard mechanism.uppercased().hasPrefix("SCRAM-"), library < Versions.sound else {
            return nil
        }
        return
            "librdkafka \(library) is too old for \(mechanism): Kafka 4 and later refuse to let it"
            + " in; install librdkafka \(Versions.sound) or later"
    }
}
