internal import OrderGateway

/// A command.
///
/// The parser, the help and the completions use the same description.
struct Command: Sendable {
    let name: String
    /// One line.
    let summary: String
    /// Paragraphs for its help, broken into lines.
    var details = ""
    /// Lines for its help.
    ///
    /// Lines that explain an example are indented further.
    var examples = ""
    var arguments: [Argument] = []
    /// Flags of this command alone.
    var options: [Option] = []
    /// Settings that its command line takes as flags.
    var settings: [Setting] = []
    var subcommands: [Command] = []
    /// `nil` for a command that only has subcommands.
    var run: (@Sendable (Invocation) async throws -> Void)?

    /// A value that is given without a flag.
    struct Argument: Sendable {
        enum Count: Sendable { case one, optional, any }

        /// Such as `ID`.
        let name: String
        let help: String
        var count = Count.one
    }

    /// A flag of one command, which is not a setting.
    struct Option: Sendable, Hashable {
        enum Value: Sendable, Hashable {
            /// `--NAME` and `--no-NAME`.
            case boolean(default: Bool)
            /// Any text; the placeholder is what help calls it.
            case text(placeholder: String)
            /// One of these words. The first is the default.
            case choice([String])
        }

        let name: String
        let value: Value
        let help: String
    }

    /// A word that begins with two hyphens.
    enum Flag: Sendable {
        case setting(Setting)
        case option(Option)
        /// `--config`, which names the file with settings.
        case configFile

        static let configFileName = "config"

        /// Without its hyphens.
        var name: String {
            switch self {
            case .setting(let setting): setting.flagName
            case .option(let option): option.name
            case .configFile: Self.configFileName
            }
        }

        /// Whether it takes no value.
        var isBoolean: Bool {
            switch self {
            case .setting(let setting): setting.declaration.isBoolean
            case .option(let option): if case .boolean = option.value { true } else { false }
            case .configFile: false
            }
        }

        /// Whether the value may be, or hold, a password.
        var isSecret: Bool {
            if case .setting(let setting) = self { setting.declaration.isSecret } else { false }
        }

        /// How help names the value; `nil` if the flag takes none.
        var placeholder: String? {
            switch self {
            case .setting(let setting): setting.declaration.placeholder
            case .option(let option):
                switch option.value {
                case .boolean: nil
                case .text(let placeholder): placeholder
                case .choice(let choices): choices.joined(separator: "|")
                }
            case .configFile: "FILE"
            }
        }

        /// What it is for.
        var help: String {
            switch self {
            case .setting(let setting): setting.declaration.help
            case .option(let option): option.help
            case .configFile: "A JSON file with settings."
            }
        }

        /// The words that the value may be, if they are few.
        var choices: [String] {
            switch self {
            case .setting(let setting):
                if case .choice(let choices) = setting.declaration.value { choices } else { [] }
            case .option(let option):
                if case .choice(let choices) = option.value { choices } else { [] }
            case .configFile: []
            }
        }

        /// The form that help shows.
        ///
        /// For a boolean that is on by default, it is the form that turns it off.
        var shownName: String {
            if case .option(let option) = self, option.value == .boolean(default: true) {
                return "--no-\(name)"
            }
            return "--\(name)"
        }
    }

    /// All flags of the command, except `-h` and `--help`, which every command takes.
    var flags: [Flag] {
        let flags = options.map(Flag.option) + settings.map(Flag.setting)
        return settings.isEmpty ? flags : flags + [.configFile]
    }
}
