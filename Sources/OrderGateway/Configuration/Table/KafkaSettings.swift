internal import Kafka

extension Setting {
    static let kafkaTable: [Setting: SettingDeclaration] = [
        .kafkaBrokers: SettingDeclaration(
            .kafka,
            .text(placeholder: "HOST:PORT,…"),
            help: "Brokers to begin with; every command that takes this flag needs it.",
            accepted: "host:port, several separated by commas, such as localhost:9092"
        ) { text, configuration in
            guard isBrokerList(text) else { return nil }
            configuration.kafkaBrokers = text
        },
        .kafkaConfig: SettingDeclaration(
            .kafka,
            .list(placeholder: "KEY=VALUE"),
            help: "A librdkafka property, such as compression.type=zstd. It wins over the gateway's"
                + " own settings, those excepted on which orders depend.",
            accepted: "librdkafka properties as key=value, such as compression.type=zstd",
            isSecret: true
        ) { text, configuration in
            KafkaProperty(parsing: text).map { configuration.kafkaProperties.append($0) }
        },
    ]

    /// `host:port`, several separated by commas; the port may be left out (9092 then).
    private static func isBrokerList(_ text: String) -> Bool {
        let brokers = text.split(separator: ",", omittingEmptySubsequences: false)
        return brokers.allSatisfy { broker in
            guard !broker.isEmpty, !broker.contains(where: \.isWhitespace) else { return false }
            guard let colon = broker.lastIndex(of: ":"), !broker.hasSuffix("]") else { return true }
            guard let port = UInt16(broker[broker.index(after: colon)...]) else { return false }
            return port > 0 && colon > broker.startIndex
        }
    }
}
