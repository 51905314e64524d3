/// Scripts with which shells complete `order-gateway` and its flags.
///
/// They are generated from the commands.
struct Completions {
    enum Shell: String, CaseIterable {
        case bash, zsh, fish
    }

    /// The kind of value that may follow a flag.
    enum FlagValue: Hashable {
        case oneOf([String])
        /// A file or folder.
        case path
        /// A value that the shell cannot complete.
        case other
    }

    /// A command with its full name, such as `order-gateway topics create`.
    struct Entry {
        let path: String
        let command: Command
    }

    /// Every command, each before its subcommands.
    let entries: [Entry]

    init(_ root: Command) {
        entries = Self.entries(root, root.name)
    }

    func script(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    private static func entries(_ command: Command, _ path: String) -> [Entry] {
        [Entry(path: path, command: command)]
            + command.subcommands.flatMap { entries($0, "\(path) \($0.name)") }
    }

    /// The full names of all commands except the program itself.
    var subcommandPaths: [String] { entries.dropFirst().map(\.path) }

    /// The flags that take a value, each with the kind of value.
    ///
    /// A name has the same meaning in every command.
    var flagValues: [(name: String, value: FlagValue)] {
        var values: [String: FlagValue] = [:]
        for flag in entries.flatMap(\.command.flags) where !flag.isBoolean {
            values["--\(flag.name)"] = Self.value(of: flag)
        }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    static func value(of flag: Command.Flag) -> FlagValue {
        if !flag.choices.isEmpty { return .oneOf(flag.choices) }
        return ["FILE", "FOLDER", "PATH"].contains(flag.placeholder ?? "") ? .path : .other
    }
}

extension Command {
    /// The possible next words with their help: the subcommands or the flags.
    var completedWords: [(word: String, help: String)] {
        var words = subcommands.map { ($0.name, $0.summary) }
        words += flags.map { ($0.shownName, $0.help) }
        return words + [("--help", "Print help.")]
    }
}
