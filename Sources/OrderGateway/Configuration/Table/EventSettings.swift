internal import Orders
internal import OrderStreams

extension Setting {
    static let eventsTable: [Setting: SettingDeclaration] = [
        .eventVersion: SettingDeclaration(
            .events,
            .choice(EventVersion.allCases.map(\.rawValue)),
            default: "1.0",
            help: "Version of the published events."
        ) { text, configuration in
            EventVersion(rawValue: text).map { configuration.format.version = $0 }
        },
        .eventCurrency: SettingDeclaration(
            .events,
            .text(placeholder: "CODE"),
            default: "USD",
            help: "Currency of amounts that do not name theirs.",
            accepted: "three upper-case letters, such as USD"
        ) { text, configuration in
            Currency(text.utf8).map { configuration.format.currency = $0 }
        },
    ]
}
