internal import Kafka

/// Whether logging in by SASL can work with the library that is there.
enum MechanismSupport {
    private enum Versions {
        /// Before it librdkafka sends the client's nonce twice (its pull request 4895).
        static let scram = LibraryVersion(2, 6, 1)
        /// Before it librdkafka ends the process by SIGSEGV when it renews a token, or tries once more to
        /// get one: seen with 2.0.2 and 2.1.1, and no more with 2.3.0.
        static let oauthBearer = LibraryVersion(2, 3, 0)
    }

    private static let propertyNames = ["sasl.mechanism", "sasl.mechanisms"]

    /// What is to be said when these properties ask for SCRAM and the library is too old for it.
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

    /// Why nothing can be done with these properties: they ask for OAUTHBEARER, and the library is too
    /// old for it.
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

    /// librdkafka has two names for one property, and the last value counts.
    private static func mechanism(_ properties: [KafkaProperty]) -> String {
        properties.last { propertyNames.contains($0.name) }?.value ?? ""
    }
}
