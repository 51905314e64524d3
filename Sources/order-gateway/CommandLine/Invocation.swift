internal import FoundationEssentials
internal import OrderGateway

/// The arguments that a command line gives to one command.
struct Invocation: Sendable {
    var settings: [Setting: [String]] = [:]
    var configFile: String?
    private var options: [Command.Option: String] = [:]
    var arguments: [String] = []

    /// Returns the value of an option, or `nil` if it was not given.
    func text(_ option: Command.Option) -> String? { options[option] }

    /// Returns the choice that the user made.
    ///
    /// The first choice is the default.
    func choice(_ option: Command.Option) -> String {
        guard case .choice(let choices) = option.value, let first = choices.first else {
            preconditionFailure("--\(option.name) has no choices")
        }
        return options[option] ?? first
    }

    func isOn(_ option: Command.Option) -> Bool {
        guard case .boolean(let isOnByDefault) = option.value else {
            preconditionFailure("--\(option.name) is no boolean")
        }
        return options[option].map { $0 == "true" } ?? isOnByDefault
    }

    /// Returns the settings from the three sources.
    ///
    /// - Throws: ``ConfigurationError``
    func configuration() throws(ConfigurationError) -> GatewayConfiguration {
        try GatewayConfiguration(
            SettingSources(
                flags: settings,
                environment: ProcessInfo.processInfo.environment,
                file: configFile
            )
        )
    }

    /// Stores a flag with its value.
    ///
    /// The value of a boolean is `true` or `false`.
    mutating func set(_ flag: Command.Flag, to value: String) {
        switch flag {
        case .setting(let setting): settings[setting, default: []].append(value)
        case .option(let option): options[option] = value
        case .configFile: configFile = value
        }
    }
}
