internal import OrderGateway

/// The text that `--help` prints.
struct CommandHelp {
    private enum Limits {
        /// The width of the text in columns.
        static let width = 80
        /// The column in which the descriptions of flags begin.
        static let indent = 26
    }

    private let path: [Command]
    private let command: Command

    /// - Parameter path: The command, preceded by its parent commands.
    init(_ path: [Command]) {
        guard let command = path.last else { preconditionFailure("there is always the root") }
        self.path = path
        self.command = command
    }

    var text: String {
        let summary = Self.wrapped(command.summary, width: Limits.width).joined(separator: "\n")
        var sections = [summary, "USAGE\n  \(usage)"]
        if !command.details.isEmpty { sections.append(command.details) }
        if !command.examples.isEmpty {
            sections.append("EXAMPLES\n\(Self.indented(command.examples, by: 2))")
        }
        sections += [commands, arguments].compactMap { $0 }
        sections += flagSections
        if !command.subcommands.isEmpty {
            sections.append("'\(names) COMMAND --help' explains one command.")
        }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private var names: String { path.map(\.name).joined(separator: " ") }

    private var usage: String {
        guard command.subcommands.isEmpty else { return "\(names) COMMAND" }
        let arguments = command.arguments.map { argument in
            switch argument.count {
            case .one: argument.name
            case .optional: "[\(argument.name)]"
            case .any: "[\(argument.name)…]"
            }
        }
        return ([names] + arguments + ["[FLAGS]"]).joined(separator: " ")
    }

    // MARK: Lists

    private var commands: String? {
        guard !command.subcommands.isEmpty else { return nil }
        let lines = command.subcommands.map { Self.entry($0.name, $0.summary) }
        return "COMMANDS\n" + lines.joined(separator: "\n")
    }

    private var arguments: String? {
        guard !command.arguments.isEmpty else { return nil }
        let lines = command.arguments.map { Self.entry($0.name, $0.help) }
        return "ARGUMENTS\n" + lines.joined(separator: "\n")
    }

    private var flagSections: [String] {
        var sections: [String] = []
        var own = command.options.map(Self.entry)
        for group in SettingDeclaration.Group.allCases {
            let settings = command.settings.filter { $0.declaration.group == group }
            guard !settings.isEmpty else { continue }
            let lines = settings.map(Self.entry)
            sections.append("\(group.rawValue.uppercased())\n" + lines.joined(separator: "\n"))
        }
        var others: [String] = []
        if !command.settings.isEmpty {
            others.append(
                Self.entry("--\(Command.Flag.configFileName) FILE", "A JSON file with settings.")
            )
        }
        others.append(Self.entry("-h, --help", "Print this."))
        if command.settings.isEmpty {
            own += others
        } else {
            sections.append("OTHER\n" + others.joined(separator: "\n"))
        }
        if !own.isEmpty { sections.insert("FLAGS\n" + own.joined(separator: "\n"), at: 0) }
        return sections
    }

    private static func entry(_ option: Command.Option) -> String {
        let flag = Command.Flag.option(option).shownName
        switch option.value {
        case .boolean: return entry(flag, option.help)
        case .text(let placeholder): return entry("\(flag) \(placeholder)", option.help)
        case .choice(let choices):
            return entry(
                "\(flag) \(choices.joined(separator: "|"))",
                option.help + choices.prefix(1).map { " Default: \($0)." }.joined()
            )
        }
    }

    private static func entry(_ setting: Setting) -> String {
        let declaration = setting.declaration
        var help = declaration.help
        if declaration.isList { help += " Can be repeated." }
        if declaration.isBoolean {
            help +=
                " \(setting.environmentName)=\(!declaration.isOnByDefault) does the same."
        }
        if case .choice(let choices) = declaration.value, choices.count > 3 {
            help += " One of \(choices.joined(separator: ", "))."
        }
        var last = declaration.isBoolean ? [] : [setting.environmentName]
        if let text = declaration.defaultText, !declaration.isBoolean {
            last.append("default \(text)")
        }
        if !last.isEmpty { help += " (\(last.joined(separator: ", ")))" }
        return entry(
            ([Command.Flag.setting(setting).shownName] + [declaration.placeholder].compactMap { $0 })
                .joined(separator: " "),
            help
        )
    }

    // MARK: Layout

    /// Returns a name with its text in a second column.
    ///
    /// A long name gets its own line.
    private static func entry(_ name: String, _ text: String) -> String {
        let lines = wrapped(text, width: Limits.width - Limits.indent)
        let space = String(repeating: " ", count: Limits.indent)
        let name = "  \(name)"
        guard name.count + 2 <= Limits.indent, let first = lines.first else {
            return ([name] + lines.map { space + $0 }).joined(separator: "\n")
        }
        let padding = String(repeating: " ", count: Limits.indent - name.count)
        return ([name + padding + first] + lines.dropFirst().map { space + $0 })
            .joined(separator: "\n")
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func indented(_ text: String, by count: Int) -> String {
        let space = String(repeating: " ", count: count)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : space + $0 }
            .joined(separator: "\n")
    }
}
