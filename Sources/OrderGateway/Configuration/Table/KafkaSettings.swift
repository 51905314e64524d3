internal import Kafka

extension Setting {
    static let kafkaTable: [Setting: SettingDeclaration] = [
        .kafkaBrokers: SettingDeclaration(
            .kafka,
            .text(placeholder: "HOST:PORT,…"),
            help: "Brokers to connect to first. Every command that takes this flag needs it.",
            accepted: "host:port, several separated by commas, such as localhost:9092"
        ) { text, configuration in
            // Kafka's own clients accept blanks and empty parts between commas.
            let brokers = SettingDeclaration.split(text)
            guard !brokers.isEmpty, brokers.allSatisfy(isBroker) else { return nil }
            configuration.kafkaBrokers = brokers.joined(separator: ",")
        },
        .kafkaConfigFile: SettingDeclaration(
            .kafka,
            .text(placeholder: "FILE"),
            help: "A file of librdkafka properties, one key=value a line; # begins a comment."
                + " --kafka-config wins over it.",
            accepted: "a file's path"
        ) { text, configuration throws(SettingProblem) in
            guard !text.isEmpty else { return nil }
            configuration.kafkaProperties += try KafkaConfigFile.read(text)
        },
        .kafkaConfig: SettingDeclaration(
            .kafka,
            .list(placeholder: "KEY=VALUE"),
            help: "A librdkafka property, such as compression.type=zstd. It wins over the gateway's"
                + " own settings, except those on which orders depend. Passwords are safer in"
                + " variables: KAFKA_SASL_PASSWORD, or KAFKA_SASL_PASSWORD_FILE with the path of a file.",
            accepted: "librdkafka properties as key=value, such as compression.type=zstd",
            isSecret: true,
            split: KafkaProperty.texts
        ) { text, configuration throws(SettingProblem) in
            guard let property = KafkaProperty(parsing: text) else { return nil }
            try property.checked()
            configuration.kafkaProperties.append(property)
        },
    ]

    /// The protocols that librdkafka accepts before the name of a broker.
    private static let protocols = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]

    /// Returns whether a text has the form `host:port`.
    ///
    /// The default port is 9092.
    private static func isBroker(_ text: String) -> Bool {
        var broker = text[...]
        if let scheme = broker.firstRange(of: "://") {
            guard protocols.contains(broker[..<scheme.lowerBound].lowercased()) else {
                return false
            }
            broker = broker[scheme.upperBound...]
        }
        // No host name contains these characters. A text before an @ may be a password, which does
        // not belong here.
        guard !broker.isEmpty, !broker.contains(where: { $0.isWhitespace || "@/".contains($0) })
        else { return false }
        guard let colon = broker.lastIndex(of: ":"), !broker.hasSuffix("]") else { return true }
        guard let port = UInt16(broker[broker.index(after: colon)...]) else { return false }
        return port > 0 && colon > broker.startIndex
    }
}
