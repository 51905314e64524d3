internal import Kafka

/// Whether SASL logins work with the installed librdkafka.
enum MechanismSupport {
    private enum Versions {
        /// Earlier versions send the client's nonce twice (librdkafka's pull request 4895).
        static let scram = LibraryVersion(2, 6, 1)
        /// Earlier versions crash (SIGSEGV) when they renew a token or retry to get one.
        ///
        /// The crash was seen with 2.0.2 and 2.1.1, and not with 2.3.0.
        static let oauthBearer = LibraryVersion(2, 3, 0)
    }

    private static let propertyNames = ["sasl.mechanism", "sasl.mechanisms"]

    /// Returns a warning if the properties require SCRAM and the library is too old for it.
    static func warning(
        _ properties: [KafkaProperty],
        library: LibraryVersion = .loaded
    ) -> String? {
        let mechanism = mechanism(properties)
        guard mechanism.uppercased().hasPrefix("SCRAM-"), library < Versions.scram else {
            return nil
        }
        return
            "librdkafka \(library) is too old for \(mechanism): Kafka 4 and later refuse to let it"
            + " in; install librdkafka \(Versions.scram) or later"
    }

    /// Returns an error if the properties require OAUTHBEARER and the library is too old for it.
    static func problem(
        _ properties: [KafkaProperty],
        library: LibraryVersion = .loaded
    ) -> String? {
        let mechanism = mechanism(properties)
        guard mechanism.uppercased() == "OAUTHBEARER", library < Versions.oauthBearer else {
            return nil
        }
        return
            "librdkafka \(library) is too old for \(mechanism): it would end the process when it"
            + " renews its token; install librdkafka \(Versions.oauthBearer) or later"
    }

    /// Returns the SASL mechanism.
    ///
    /// librdkafka has two names for this property; the last value counts.
    private static func mechanism(_ properties: [KafkaProperty]) -> String {
        properties.last { propertyNames.contains($0.name) }?.value ?? ""
    }
}
