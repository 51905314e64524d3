internal import OrderGateway

/// The settings that several commands share.
enum SharedSettings {
    /// The settings of commands that serve HTTP.
    static let serving: [Setting] = [
        .httpHost, .httpPort, .httpSocket, .httpSocketMode, .httpSocketGroup, .httpReusePort,
        .http2Upgrade, .httpLimit, .adminPort, .adminHost, .page, .rateLimit, .eventLoops, .dataDir,
        .requestTimeout, .shutdownTimeout, .drainDelay, .lostEvents, .unreadableRecords,
        .readyMaxLag, .readyMinDisk, .accessLog,
        .retryAttempts, .retryFirst,
        .retryLongest, .retryJitter,
    ]
    /// The settings of commands that publish events.
    static let events: [Setting] = [.eventVersion, .eventCurrency]
    /// The settings of commands that run a broker in their own process.
    static let embedded: [Setting] = [.kafkaConfigFile, .kafkaConfig, .logLevel, .logFormat]
    /// The settings of commands that use a broker, but neither serve nor publish events of their
    /// own.
    static let tools: [Setting] = [.kafkaBrokers] + embedded
}
