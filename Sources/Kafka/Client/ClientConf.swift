internal import CRdkafka

/// Owns a `rd_kafka_conf_t` until librdkafka takes ownership.
struct ClientConf: ~Copyable {
    private let raw: OpaquePointer

    /// - Parameters:
    ///   - defaults: Properties that are set before the user's properties.
    ///   - servesQueue: Whether a thread serves the client's queue for as long as the client lives.
    ///     Without that there are no statistics, whatever the user's properties say: librdkafka puts
    ///     each text of them into the queue, and nothing limits how many wait there.
    /// - Throws: ``KafkaError`` with the name of a property that librdkafka does not accept.
    init(
        _ configuration: ClientConfiguration,
        defaults: [KafkaProperty],
        servesQueue: Bool = false
    ) throws(KafkaError) {
        raw = rd_kafka_conf_new()
        try KafkaProperty("bootstrap.servers", configuration.bootstrapServers).set(in: raw)
        try KafkaProperty("client.id", configuration.clientID).set(in: raw)
        for property in Self.shared { try property.set(in: raw) }
        let statistics = servesQueue ? configuration.observer?.statisticsInterval : nil
        if let statistics {
            let milliseconds = "\(statistics.wholeMilliseconds)"
            try KafkaProperty(Self.statisticsInterval, milliseconds).set(in: raw)
        }
        for property in defaults { try property.set(in: raw) }
        for property in configuration.properties {
            try property.checkIsFree()
            try property.set(in: raw)
        }
        // Last, so that the user's property is checked, and has no effect.
        if statistics == nil { try KafkaProperty(Self.statisticsInterval, "0").set(in: raw) }
    }

    deinit { rd_kafka_conf_destroy(raw) }

    private static let statisticsInterval = "statistics.interval.ms"

    /// Keep-alive and quick reconnects, because a restarted broker is available again within
    /// seconds.
    private static let shared = [
        // Without this setting, a query about a topic or a message to a deleted topic creates the
        // topic, with the broker's default partitions and retention (KIP-361, KIP-487).
        KafkaProperty("allow.auto.create.topics", "false"),
        KafkaProperty("socket.keepalive.enable", "true"),
        KafkaProperty("socket.nagle.disable", "true"),
        KafkaProperty("socket.connection.setup.timeout.ms", "2500"),
        KafkaProperty("reconnect.backoff.ms", "100"),
        KafkaProperty("reconnect.backoff.max.ms", "1000"),
    ]

    subscript(name: String) -> String {
        var size = 0
        guard rd_kafka_conf_get(raw, name, nil, &size) == RD_KAFKA_CONF_OK else { return "" }
        var value = [CChar](repeating: 0, count: size)
        rd_kafka_conf_get(raw, name, &value, &size)
        return text(value)
    }

    /// Requests events on the client's queue instead of callbacks, such as `RD_KAFKA_EVENT_DR`.
    func deliverEvents(_ events: Int32) { rd_kafka_conf_set_events(raw, events) }

    /// Notes throttling by quotas in the client's log, as long as a thread serves the client's
    /// queue.
    func noteThrottling() {
        rd_kafka_conf_set_throttle_cb(raw) { _, _, _, milliseconds, opaque in
            guard let opaque else { return }
            Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue().log
                .noteThrottling(.milliseconds(milliseconds))
        }
    }

    /// Creates a client.
    ///
    /// The call gives the configuration to librdkafka, or frees it on failure.
    ///
    /// - Parameters:
    ///   - configuration: The configuration with the log of the client. The log shows no secrets of
    ///     the properties.
    ///   - rebalance: The callback of a group member; may be called until the client is destroyed.
    /// - Throws: ``KafkaError`` with librdkafka's reason.
    consuming func makeClient(
        _ type: rd_kafka_type_t,
        _ configuration: ClientConfiguration,
        rebalance: ClientContext.Rebalance? = nil
    ) throws(KafkaError) -> Client {
        let secrets = Secrets(configuration.properties)
        let context = ClientContext(
            log: ClientLog(configuration.log, hiding: secrets, now: configuration.now),
            rebalance: rebalance
        )
        rd_kafka_conf_set_opaque(raw, Unmanaged.passUnretained(context).toOpaque())
        rd_kafka_conf_set_log_cb(raw) { client, level, facility, line in
            guard let client, let opaque = rd_kafka_opaque(client), let facility, let line else {
                return
            }
            Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue().log
                .write(level, String(cString: facility), String(cString: line))
        }
        if rebalance != nil {
            rd_kafka_conf_set_rebalance_cb(raw) { client, error, partitions, opaque in
                guard let client, let partitions, let opaque else { return }
                Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue()
                    .rebalance?(client, error, partitions)
            }
        }
        let bootstrapServers = self["bootstrap.servers"]
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(type, raw, &reason, reason.count) else {
            _ = consume self  // librdkafka takes the configuration only on success
            throw KafkaError(
                configuration: "Kafka client: \(secrets.hidden(in: text(reason)))"
            )
        }
        discard self
        return Client(
            adopting: client,
            bootstrapServers: bootstrapServers,
            now: configuration.now,
            context: context
        )
    }
}
