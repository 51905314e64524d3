/// The settings with which clients connect to the brokers.
package struct ClientConfiguration: Sendable {
    /// A function that receives a line of librdkafka's log: the syslog level (0 to 7), the facility
    /// such as `FAIL`, and the text.
    package typealias Log = @Sendable (_ level: Int32, _ facility: String, _ text: String) -> Void
    package typealias Now = @Sendable () -> ContinuousClock.Instant

    /// `host:port`; several are separated by commas.
    package let bootstrapServers: String
    /// The name that brokers and lag tools show for this client.
    package let clientID: String
    /// The user's properties, which override the gateway's defaults; see ``protectedProperties``.
    package let properties: [KafkaProperty]
    /// A listener that is notified when the client becomes busy or idle, such as a broker in the
    /// same process that rests while the client is idle.
    package let traffic: (any TrafficListener)?
    /// Observes what the clients do; `nil` for no observer.
    package let observer: (any KafkaObserver)?
    /// The clock of the clients.
    ///
    /// librdkafka has a clock of its own.
    package let now: Now
    package let log: Log

    package init(
        bootstrapServers: String,
        clientID: String,
        properties: [KafkaProperty] = [],
        traffic: (any TrafficListener)? = nil,
        observer: (any KafkaObserver)? = nil,
        now: @escaping Now = { .now },
        log: @escaping Log = { _, _, _ in }
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
        self.traffic = traffic
        self.observer = observer
        self.now = now
        self.log = log
    }

    /// Returns a copy with another log.
    func logging(_ log: @escaping Log) -> ClientConfiguration { copy(observer, log) }

    /// Returns a copy for clients that are observed.
    package func observed(by observer: any KafkaObserver) -> ClientConfiguration {
        copy(observer, log)
    }

    private func copy(
        _ observer: (any KafkaObserver)?,
        _ log: @escaping Log
    ) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: bootstrapServers,
            clientID: clientID,
            properties: properties,
            traffic: traffic,
            observer: observer,
            now: now,
            log: log
        )
    }

    /// The protected properties and their allowed values; others could lose or duplicate orders.
    package static let protectedProperties: [String: Set<String>] = [
        "acks": ["all", "-1"],
        "request.required.acks": ["all", "-1"],
        "enable.idempotence": ["true"],
        // librdkafka may not give up messages in flight: see Outbox.
        "delivery.timeout.ms": ["0"],
        "message.timeout.ms": ["0"],
        "delivery.report.only.error": ["false"],
        "enable.gapless.guarantee": ["false"],
        "transactional.id": [],
        "enable.auto.commit": ["false"],
        "enable.auto.offset.store": ["false"],
        "auto.offset.reset": [],
        "enable.partition.eof": [],
        "group.id": [],
        "bootstrap.servers": [],
        "metadata.broker.list": [],
    ]
}
