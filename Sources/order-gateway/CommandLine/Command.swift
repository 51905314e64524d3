internal import OrderGateway

/// A command of the command line.
///
/// The parser, the help and the completions all use this description.
struct Command: Sendable {
    let name: String
    /// The summary, in one line.
    let summary: String
    /// The paragraphs of its help, wrapped into lines.
    var details = ""
    /// The lines of the examples in its help.
    ///
    /// Lines that explain an example are indented further.
    var examples = ""
    var arguments: [Argument] = []
    /// The flags that only this command has.
    var options: [Option] = []
    /// The settings that its command line accepts as flags.
    var settings: [Setting] = []
    var subcommands: [Command] = []
    /// The action of the command; `nil` for a command that only has subcommands.
    var run: (@Sendable (Invocation) async throws -> Void)?

    /// A value without a flag.
    struct Argument: Sendable {
        enum Count: Sendable { case one, optional, any }

        /// The name in help, such as `ID`.
        let name: String
        let help: String
        var count = Count.one
    }

    /// A flag of one command that is not a setting.
    struct Option: Sendable, Hashable {
        enum Value: Sendable, Hashable {
            /// `--NAME` and `--no-NAME`.
            case boolean(default: Bool)
            /// Any text; help shows the placeholder.
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

        /// The name without its hyphens.
        var name: String {
            switch self {
            case .setting(let setting): setting.flagName
            case .option(let option): option.name
            case .configFile: Self.configFileName
            }
        }

        /// Whether the flag takes no value.
        var isBoolean: Bool {
            switch self {
            case .setting(let setting): setting.declaration.isBoolean
            case .option(let option): if case .boolean = option.value { true } else { false }
            case .configFile: false
            }
        }

        /// Whether the value may be or contain a password.
        var isSecret: Bool {
            if case .setting(let setting) = self { setting.declaration.isSecret } else { false }
        }

        /// The name of the value in help; `nil` if the flag takes none.
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

        /// The help text of the flag.
        var help: String {
            switch self {
            case .setting(let setting): setting.declaration.help
            case .option(let option): option.help
            case .configFile: "A JSON file with settings."
            }
        }

        /// The accepted words; empty if the value is not a choice.
        var choices: [String] {
            switch self {
            case .setting(let setting):
                if case .choice(let choices) = setting.declaration.value { choices } else { [] }
            case .option(let option):
                if case .choice(let choices) = option.value { choices } else { [] }
            case .configFile: []
            }
        }

        /// The form of the flag in help.
        ///
        /// For a boolean that is on by default, help shows the form that turns it off.
        var shownName: String {
            isOnByDefault ? "--no-\(name)" : "--\(name)"
        }

        private var isOnByDefault: Bool {
            switch self {
            case .setting(let setting): setting.declaration.isOnByDefault
            case .option(let option): option.value == .boolean(default: true)
            case .configFile: false
            }
        }
    }

    /// All flags of the command, except `-h` and `--help`, which every command takes.
    var flags: [Flag] {
        let flags = options.map(Flag.option) + settings.map(Flag.setting)
        return settings.isEmpty ? flags : flags + [.configFile]
    }
}
