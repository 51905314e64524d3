internal import OrderStreams

extension Setting {
    static let ordersTable: [Setting: SettingDeclaration] = [
        .dataDir: SettingDeclaration(
            .orders,
            .text(placeholder: "FOLDER"),
            help: "Folder of the read model; each gateway needs its own. Without this setting it is"
                + " \(GatewayConfiguration.Defaults.dataDir), and for dev a temporary folder.",
            accepted: "a folder's path"
        ) { text, configuration in
            guard !text.isEmpty else { return nil }
            configuration.dataDir = text
        },
        .requestTimeout: .seconds(
            .orders,
            3...300,
            default: "10",
            help: "Seconds for the broker to acknowledge an order; the producer has 2 less."
        ) { $1.requestTimeout = $0 },
        .shutdownTimeout: .seconds(
            .orders,
            1...300,
            default: "15",
            help: "Seconds for requests in flight during a stop."
        ) { $1.shutdownTimeout = $0 },
        .drainDelay: .seconds(
            .orders,
            0...3600,
            default: "0",
            help: "Seconds during which a gateway that was asked to stop is not ready and still"
                + " serves. The shutdown timeout begins after them; a second signal ends them."
        ) { $1.drainDelay = $0 },
        .lostEvents: SettingDeclaration(
            .orders,
            .choice(["stop", "accept"]),
            default: "stop",
            help: "If the broker no longer has the events at which to resume: stop consuming, or"
                + " accept the loss and go on with the oldest event that exists."
        ) { text, configuration in
            LostEvents(rawValue: text).map { configuration.lostEvents = $0 }
        },
        .unreadableRecords: SettingDeclaration(
            .orders,
            .choice(["stop", "skip"]),
            default: "stop",
            help: "If a record can never be read, such as a damaged one: stop consuming its"
                + " partition, or skip it with a dead letter that names its place."
        ) { text, configuration in
            UnreadableRecords(rawValue: text).map { configuration.unreadableRecords = $0 }
        },
        .readyMaxLag: .number(
            .orders,
            "events",
            1...1_000_000_000,
            default: "50000",
            help:
                "With more events to be consumed than this the gateway is not ready, until half of"
                + " it is reached.",
            accepted: "a whole number from 1 to 1000000000"
        ) { $1.maximumLag = Int64($0) },
        .readyMinDisk: .number(
            .orders,
            "bytes",
            0...1 << 50,
            default: "268435456",
            help: "With fewer free bytes on the disk of the read model than this the gateway is not"
                + " ready, until a tenth more is free; 0 never."
        ) { $1.minimumFreeBytes = $0 },
        .retryAttempts: .number(
            .orders,
            "count",
            1...100,
            default: "3",
            help:
                "Attempts to publish a cancellation or a dead letter before readiness reports it.",
            accepted: "a whole number from 1 to 100"
        ) { $1.retries.attempts = $0 },
        .retryFirst: .seconds(
            .orders,
            1...3600,
            default: "4",
            help: "Seconds of the first pause between attempts. Each further pause doubles."
        ) { $1.retries.firstPause = $0 },
        .retryLongest: .seconds(
            .orders,
            1...3600,
            default: "10",
            help: "Seconds of the longest pause between attempts."
        ) { $1.retries.longestPause = $0 },
        .retryJitter: .number(
            .orders,
            "percent",
            0...100,
            default: "20",
            help: "Percent by which pauses vary at random.",
            accepted: "percent, from 0 to 100"
        ) { $1.retries.jitter = Double($0) / 100 },
    ]
}
