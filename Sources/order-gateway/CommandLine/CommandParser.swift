internal import OrderGateway

/// Parses a command line with the tree of commands.
///
/// Flags may stand anywhere after their command, as `--name value` or `--name=value`; `--` ends them.
/// Names cannot be abbreviated, because a new flag would break scripts that rely on an abbreviation.
struct CommandParser {
    /// The action that the command line requests.
    enum Outcome {
        case run(@Sendable (Invocation) async throws -> Void, Invocation)
        /// Print the help of the last command of the path.
        case help([Command])
        case version
    }

    private let root: Command

    init(_ root: Command) {
        self.root = root
    }

    /// - Parameter arguments: The arguments without the program's name.
    /// - Throws: ``UsageError``
    func parse(_ arguments: [String]) throws(UsageError) -> Outcome {
        switch arguments.first {
        case "help": return .help(try path(arguments.dropFirst()))
        case "--version" where arguments.count == 1: return .version
        default: break
        }
        var path = [root]
        var rest = arguments[...]
        while let command = path.last, !command.subcommands.isEmpty {
            guard let word = rest.popFirst(), !Self.asksForHelp(word) else { return .help(path) }
            path.append(try subcommand(word, of: path))
        }
        return try parse(rest, path)
    }

    private static func asksForHelp(_ word: String) -> Bool { word == "-h" || word == "--help" }

    // MARK: Commands

    /// Returns the commands that the words name, with the root first.
    private func path(_ words: ArraySlice<String>) throws(UsageError) -> [Command] {
        var path = [root]
        for word in words where !Self.asksForHelp(word) {
            path.append(try subcommand(word, of: path))
        }
        return path
    }

    private func subcommand(_ word: String, of path: [Command]) throws(UsageError) -> Command {
        let subcommands = path.last?.subcommands ?? []
        if let found = subcommands.first(where: { $0.name == word }) { return found }
        if word.hasPrefix("-") {
            throw UsageError(
                "\(word): the command comes first, then its flags"
                    + Self.hint(Self.commandText(path))
            )
        }
        guard !subcommands.isEmpty else {
            throw UsageError(
                "'\(word)': \(Self.commandText(path)) has no commands of its own"
                    + Self.hint(Self.commandText(path))
            )
        }
        var text = "there is no command '\(word)'"
        if path.count > 1 { text += " of '\(Self.commandText(path))'" }
        let names = subcommands.map(\.name)
        if let nearest = NearestName.find(word, among: names) {
            text += "; did you mean '\(nearest)'?"
        } else {
            text += "; there are \(names.joined(separator: ", "))"
        }
        throw UsageError(text + Self.hint(Self.commandText(path)))
    }

    // MARK: Flags and arguments

    private func parse(
        _ words: ArraySlice<String>,
        _ path: [Command]
    ) throws(UsageError) -> Outcome {
        guard let command = path.last, let run = command.run else {
            preconditionFailure("a command without subcommands has something to run")
        }
        var invocation = Invocation()
        var rest = words
        var areFlagsOver = false
        // The word after a password may belong to a password that contains a blank. Do not show it.
        var followsSecret = false
        while let word = rest.popFirst() {
            if areFlagsOver || !word.hasPrefix("-") {
                invocation.arguments.append(word)
                if followsSecret { try check(invocation.arguments, path, showsLast: false) }
            } else if word == "--" {
                areFlagsOver = true
            } else if Self.asksForHelp(word) {
                return .help(path)
            } else {
                let (flag, value) = try take(word, &rest, path, isShown: !followsSecret)
                invocation.set(flag, to: value)
                followsSecret = flag.isSecret
            }
        }
        try check(invocation.arguments, path)
        return .run(run, invocation)
    }

    /// Returns a flag and its value.
    ///
    /// The value may be the next word.
    private func take(
        _ word: String,
        _ rest: inout ArraySlice<String>,
        _ path: [Command],
        isShown: Bool
    ) throws(UsageError) -> (Command.Flag, String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let spelling = String(parts[0])
        let given = parts.count > 1 ? String(parts[1]) : nil
        let flags = path.last?.flags ?? []
        guard let (flag, isNegated) = Self.find(spelling, among: flags) else {
            if Self.asksForHelp(spelling) { throw UsageError("\(spelling) takes no value") }
            throw isShown ? unknown(spelling, path) : Self.restOfSecret
        }
        if flag.isBoolean {
            guard given == nil else {
                throw UsageError(
                    "\(spelling) takes no value: give --\(flag.name) or --no-\(flag.name)"
                )
            }
            return (flag, isNegated ? "false" : "true")
        }
        if let given { return (flag, try chosen(given, flag)) }
        guard let next = rest.first else {
            throw UsageError(
                "\(spelling): its value is missing" + Self.hint(Self.commandText(path))
            )
        }
        guard !next.hasPrefix("-") else {
            throw UsageError(
                "\(spelling): its value is missing; one that begins with a hyphen is written"
                    + " \(spelling)=\(flag.isSecret ? "…" : next)"
            )
        }
        rest.removeFirst()
        return (flag, try chosen(next, flag))
    }

    private static func find(
        _ spelling: String,
        among flags: [Command.Flag]
    ) -> (flag: Command.Flag, isNegated: Bool)? {
        guard spelling.hasPrefix("--") else { return nil }
        let name = spelling.dropFirst(2)
        for flag in flags {
            if flag.name == name { return (flag, false) }
            if flag.isBoolean, name == "no-\(flag.name)" { return (flag, true) }
        }
        return nil
    }

    /// Refuses a value that is not one of the option's choices.
    ///
    /// The value of a setting is checked later, with the values from the other sources.
    private func chosen(_ value: String, _ flag: Command.Flag) throws(UsageError) -> String {
        guard case .option = flag, !flag.choices.isEmpty, !flag.choices.contains(value) else {
            return value
        }
        throw UsageError(
            "--\(flag.name): '\(value)' is not accepted: give"
                + " \(flag.choices.joined(separator: " or "))"
        )
    }

    private func check(_ given: [String], _ path: [Command]) throws(UsageError) {
        let needed = (path.last?.arguments ?? []).filter { $0.count == .one }
        if given.count < needed.count {
            throw UsageError(
                "\(needed[given.count].name) is missing\(Self.hint(Self.commandText(path)))"
            )
        }
        try check(given, path, showsLast: true)
    }

    /// Refuses more arguments than the command takes, as soon as there is one too many.
    private func check(
        _ given: [String],
        _ path: [Command],
        showsLast: Bool
    ) throws(UsageError) {
        let wanted = path.last?.arguments ?? []
        let takesAny = wanted.contains { $0.count == .any }
        if given.count > wanted.count, !takesAny {
            guard showsLast else { throw Self.restOfSecret }
            throw UsageError(
                "'\(given[wanted.count])' is one argument too many"
                    + Self.hint(Self.commandText(path))
            )
        }
    }

    // MARK: Errors

    /// The error for a value with blanks that the shell has split into several words.
    private static let restOfSecret = UsageError(
        "there is a word too many behind the value of \(Setting.kafkaConfig.flag):"
            + " is a value with blanks in quotes?"
    )

    private func unknown(_ spelling: String, _ path: [Command]) -> UsageError {
        let flags = path.last?.flags ?? []
        let names = flags.map(\.shownName) + flags.map { "--\($0.name)" } + ["--help"]
        var text = "there is no flag \(spelling) of '\(Self.commandText(path))'"
        let others = commands(taking: spelling, root, [])
        if !others.isEmpty {
            text += "; it belongs to \(others.joined(separator: ", "))"
        } else if let nearest = NearestName.find(spelling, among: names) {
            text += "; did you mean \(nearest)?"
        }
        return UsageError(text + Self.hint(Self.commandText(path)))
    }

    /// Returns the commands below this one that take the flag.
    private func commands(
        taking spelling: String,
        _ command: Command,
        _ names: [String]
    ) -> [String] {
        var found: [String] = []
        if command.run != nil, Self.find(spelling, among: command.flags) != nil {
            found.append("'\(names.joined(separator: " "))'")
        }
        for subcommand in command.subcommands {
            found += commands(taking: spelling, subcommand, names + [subcommand.name])
        }
        return found
    }

    /// Returns the command as a user types it after the program's name, such as `topics create`.
    ///
    /// Returns the program's name for the root.
    private static func commandText(_ path: [Command]) -> String {
        let names = path.map(\.name)
        return (names.count > 1 ? names.dropFirst() : names[...]).joined(separator: " ")
    }

    private static func hint(_ command: String) -> String {
        command == "order-gateway"
            ? " (see order-gateway --help)" : " (see order-gateway \(command) --help)"
    }
}
