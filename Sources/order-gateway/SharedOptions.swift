internal import ArgumentParser
internal import Foundation
internal import Kafka
internal import OrderGateway

/// The flags that every command has.
///
/// They are all optional text here: what a value has to be is checked in one place, whichever of
/// the three sources it comes from.
struct SharedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Brokers to begin with, host:port,…", valueName: "list"))
    var kafkaBrokers: String?

    @Option(
        help: ArgumentHelp(
            "A librdkafka property; repeatable. It wins over the gateway's own settings.",
            valueName: "key=value"
        )
    )
    var kafkaConfig: [String] = []

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical. (default: info)",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(
        help: ArgumentHelp("text or json, on standard error. (default: text)", valueName: "format")
    )
    var logFormat: String?

    @Option(help: ArgumentHelp("A JSON file with settings.", valueName: "file"))
    var config: String?

    /// Reads all three sources; `more` are the flags of the command itself.
    func load(_ more: [Setting: [String]]...) async throws -> GatewayConfiguration {
        var flags: [Setting: [String]] = [:]
        for more in more { flags.merge(more) { $1 } }
        flags[.kafkaBrokers] = kafkaBrokers.map { [$0] }
        flags[.kafkaConfig] = kafkaConfig
        flags[.logLevel] = logLevel.map { [$0] }
        flags[.logFormat] = logFormat.map { [$0] }
        let sources = try await SettingSources(
            flags: flags,
            environment: ProcessInfo.processInfo.environment,
            file: config
        )
        return try GatewayConfiguration(sources)
    }
}

/// The flags of the commands that serve HTTP.
struct ServingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address to listen on. (default: 127.0.0.1)", valueName: "host"))
    var httpHost: String?

    @Option(
        help: ArgumentHelp(
            "Port to listen on; 0 for any free one. (default: 8080)",
            valueName: "port"
        )
    )
    var httpPort: String?

    @Flag(
        help: "Let another gateway listen on the same port, such as the next version of this one."
    )
    var httpReusePort = false

    @Option(help: ArgumentHelp("Socket file to listen on instead of a port.", valueName: "path"))
    var httpSocket: String?

    @Option(
        help: ArgumentHelp(
            "A limit of the HTTP server, such as body-bytes=65536; repeatable. A wrong one is "
                + "answered with the list of all.",
            valueName: "name=value"
        )
    )
    var httpLimit: [String] = []

    @Option(
        help: ArgumentHelp(
            "Most requests of one client in so many seconds, such as 100/60; none by default.",
            valueName: "requests/seconds"
        )
    )
    var rateLimit: String?

    @Option(help: ArgumentHelp("Folder of the read model.", valueName: "folder"))
    var dataDir: String?

    @Option(
        help: ArgumentHelp(
            "For the broker to acknowledge an order, in seconds. (default: 10)",
            valueName: "seconds"
        )
    )
    var requestTimeout: String?

    @Option(
        help: ArgumentHelp(
            "For requests in flight when stopping, in seconds. (default: 15)",
            valueName: "seconds"
        )
    )
    var shutdownTimeout: String?

    @Option(
        help: ArgumentHelp(
            """
            When the broker no longer has the events at which to resume: stop consuming, or accept \
            the loss and go on with what there is. (default: stop)
            """,
            valueName: "stop|accept"
        )
    )
    var lostEvents: String?

    @Option(
        help: ArgumentHelp(
            "Attempts at publishing a cancellation or a dead letter before readiness says so. "
                + "(default: 3)",
            valueName: "count"
        )
    )
    var retryAttempts: String?

    @Option(
        help: ArgumentHelp(
            "The first pause between attempts, which doubles, in seconds. (default: 4)",
            valueName: "seconds"
        )
    )
    var retryFirst: String?

    @Option(
        help: ArgumentHelp(
            "The longest pause between attempts, in seconds. (default: 10)",
            valueName: "seconds"
        )
    )
    var retryLongest: String?

    @Option(
        help: ArgumentHelp(
            "By how much pauses vary at random, in percent. (default: 20)",
            valueName: "percent"
        )
    )
    var retryJitter: String?

    var flags: [Setting: [String]] {
        let values: [Setting: String?] = [
            .httpHost: httpHost, .httpPort: httpPort, .dataDir: dataDir,
            .httpReusePort: httpReusePort ? "true" : nil, .httpSocket: httpSocket,
            .rateLimit: rateLimit, .requestTimeout: requestTimeout,
            .shutdownTimeout: shutdownTimeout,
            .lostEvents: lostEvents, .retryAttempts: retryAttempts, .retryFirst: retryFirst,
            .retryLongest: retryLongest, .retryJitter: retryJitter,
        ]
        var flags = values.compactMapValues { $0.map { [$0] } }
        flags[.httpLimit] = httpLimit
        return flags
    }
}

/// The flags of the commands that publish events.
struct EventOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Version of the events that are published, 1.0 or 2.0. (default: 1.0)",
            valueName: "version"
        )
    )
    var eventVersion: String?

    @OptionGroup var currency: CurrencyOption

    var flags: [Setting: [String]] {
        eventVersion.map { currency.flags.merging([.eventVersion: [$0]]) { first, _ in first } }
            ?? currency.flags
    }
}

/// The flag of the commands that read events.
struct CurrencyOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Currency of the amounts that do not say theirs. (default: USD)",
            valueName: "code"
        )
    )
    var eventCurrency: String?

    var flags: [Setting: [String]] { eventCurrency.map { [.eventCurrency: [$0]] } ?? [:] }
}

extension GatewayConfiguration {
    func logger() -> Logger {
        Logger(label: "order-gateway", level: logLevel, format: logFormat)
    }

    /// How to reach a broker, with the properties it needs and then the user's.
    func client(_ brokers: String, _ id: String) -> ClientConfiguration {
        client(brokers, id, properties: kafkaProperties)
    }

    /// For a broker in this process.
    func client(_ broker: EmbeddedBroker, _ id: String) -> ClientConfiguration {
        client(
            broker.bootstrapServers,
            id,
            properties: broker.clientProperties + kafkaProperties,
            embeddedBroker: broker
        )
    }

    private func client(
        _ brokers: String,
        _ id: String,
        properties: [KafkaProperty],
        embeddedBroker: EmbeddedBroker? = nil
    ) -> ClientConfiguration {
        let logger = logger()
        return ClientConfiguration(
            bootstrapServers: brokers,
            clientID: id,
            properties: properties,
            embeddedBroker: embeddedBroker,
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
