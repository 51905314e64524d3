internal import OrderGateway

/// Settings that several commands take.
enum SharedSettings {
    /// Of the commands that serve HTTP.
    static let serving: [Setting] = [
        .httpHost, .httpPort, .httpSocket, .httpSocketMode, .httpSocketGroup, .httpReusePort,
        .http2Upgrade, .httpLimit, .rateLimit, .eventLoops, .dataDir,
        .requestTimeout, .shutdownTimeout, .drainDelay, .lostEvents, .unreadableRecords,
        .readyMaxLag,
        .retryAttempts, .retryFirst,
        .retryLongest, .retryJitter,
    ]
    /// Of the commands that publish events.
    static let events: [Setting] = [.eventVersion, .eventCurrency]
    /// Of the commands that have a broker in their own process.
    static let embedded: [Setting] = [.kafkaConfigFile, .kafkaConfig, .logLevel, .logFormat]
    /// Of the commands that use a broker, but neither serve nor publish events of their own.
    static let tools: [Setting] = [.kafkaBrokers] + embedded
}
