internal import Development
internal import Kafka
internal import OrderGateway
internal import Telemetry

extension GatewayConfiguration {
    func logger() -> Logger {
        Logger(label: "order-gateway", level: logLevel, format: logFormat)
    }

    /// The logger of a command that runs until it is stopped, after its first line, which names the
    /// versions.
    func serviceLogger() -> Logger {
        let logger = logger()
        logger.info("version", metadata: ProgramVersion.metadata)
        return logger
    }

    /// How to reach the broker that was named, with the user's properties; warns of what cannot work.
    ///
    /// - Parameter id: The name under which the broker knows the client.
    /// - Throws: ``ConfigurationError`` when no broker was named, or the library is too old.
    func client(_ id: String) throws(ConfigurationError) -> ClientConfiguration {
        let brokers = try requireKafkaBrokers()
        if let problem = MechanismSupport.problem(kafkaProperties) {
            throw .property(name: "sasl.mechanism", reason: problem)
        }
        if let warning = MechanismSupport.warning(kafkaProperties) { logger().warning(warning) }
        return client(brokers, id, properties: kafkaProperties)
    }

    /// For a broker in this process, with the properties it needs and then the user's.
    func client(_ broker: EmbeddedBroker, _ id: String) -> ClientConfiguration {
        client(
            broker.bootstrapServers,
            id,
            properties: broker.clientProperties + kafkaProperties,
            traffic: broker
        )
    }

    private func client(
        _ brokers: String,
        _ id: String,
        properties: [KafkaProperty],
        traffic: (any TrafficListener)? = nil
    ) -> ClientConfiguration {
        let logger = logger()
        return ClientConfiguration(
            bootstrapServers: brokers,
            clientID: id,
            properties: properties,
            traffic: traffic,
            log: { level, facility, text in
                // Levels of syslog(3). A lost connection is an error to librdkafka and said again at
                // every attempt; readiness and its log line say it once.
                logger.log(
                    level: level <= 2 ? .error : .debug,
                    "librdkafka",
                    metadata: ["client": "\(id)", "facility": "\(facility)", "text": "\(text)"]
                )
            }
        )
    }
}
