internal import Development
internal import Kafka
internal import OrderGateway
internal import Telemetry

extension GatewayConfiguration {
    func logger() -> Logger {
        Logger(label: "order-gateway", level: logLevel, format: logFormat)
    }

    /// Returns the logger of a command that runs until it is stopped.
    ///
    /// Its first line names the versions.
    func serviceLogger() -> Logger {
        let logger = logger()
        logger.info("version", metadata: ProgramVersion.metadata)
        return logger
    }

    /// Returns the connection settings of the configured broker, with the user's properties.
    ///
    /// Warns if a property cannot work with the installed library.
    ///
    /// - Parameters:
    ///   - id: The name under which the broker knows the client.
    ///   - logger: Writes librdkafka's lines; by default one of its own.
    /// - Throws: ``ConfigurationError`` when no broker is configured, or the library is too old.
    func client(
        _ id: String,
        logger: Logger? = nil
    ) throws(ConfigurationError) -> ClientConfiguration {
        let logger = logger ?? self.logger()
        let brokers = try requireKafkaBrokers()
        if let problem = MechanismSupport.problem(kafkaProperties) {
            throw .property(name: "sasl.mechanism", reason: problem)
        }
        if let warning = MechanismSupport.warning(kafkaProperties) { logger.warning(warning) }
        return client(brokers, id, properties: kafkaProperties, logger: logger)
    }

    /// Returns the connection settings of a broker in this process.
    ///
    /// The user's properties take precedence over those that the broker needs.
    func client(
        _ broker: EmbeddedBroker,
        _ id: String,
        logger: Logger
    ) -> ClientConfiguration {
        client(
            broker.bootstrapServers,
            id,
            properties: broker.clientProperties + kafkaProperties,
            traffic: broker,
            logger: logger
        )
    }

    private func client(
        _ brokers: String,
        _ id: String,
        properties: [KafkaProperty],
        traffic: (any TrafficListener)? = nil,
        logger: Logger
    ) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: brokers,
            clientID: id,
            properties: properties,
            traffic: traffic,
            log: { level, facility, text in
                // The levels are those of syslog(3). librdkafka logs a lost connection as an error
                // at every attempt; readiness and its log line report it once.
                logger.log(
                    level: level <= 2 ? .error : .debug,
                    "librdkafka",
                    metadata: ["client": "\(id)", "facility": "\(facility)", "text": "\(text)"]
                )
            }
        )
    }
}
