internal import Telemetry

extension Setting {
    static let logTable: [Setting: SettingDeclaration] = [
        .logLevel: SettingDeclaration(
            .log,
            .choice(Logger.Level.allCases.map(\.rawValue)),
            default: "info",
            help: "The least important level that is written. debug logs every order; warn is the"
                + " same as warning."
        ) { text, configuration in
            Logger.Level(spelling: text).map { configuration.logLevel = $0 }
        },
        .logFormat: SettingDeclaration(
            .log,
            .choice(LogFormat.allCases.map(\.rawValue)),
            default: "text",
            help: "Lines for people (text) or for programs (json), on standard error."
        ) { text, configuration in
            LogFormat(rawValue: text).map { configuration.logFormat = $0 }
        },
        .accessLog: SettingDeclaration(
            .log,
            .choice(AccessLogFormat.allCases.map(\.rawValue)),
            default: "off",
            help: "A line for each finished request among those of the log: none (off), in the"
                + " common log format (common), or as JSON with more (json)."
        ) { text, configuration in
            AccessLogFormat(rawValue: text).map { configuration.accessLog = $0 }
        },
    ]
}
