extension Completions {
    /// The script for fish.
    ///
    /// See complete(1) of fish.
    var fish: String {
        """
        # Completion of order-gateway for fish:
        #   order-gateway completions fish > ~/.config/fish/completions/order-gateway.fish
        function __order_gateway_command
            set -l command order-gateway
            for word in (commandline -opc)[2..]
                switch "$command $word"
                    case \(subcommandPaths.map { "'\($0)'" }.joined(separator: " "))
                        set command "$command $word"
                end
            end
            echo $command
        end
        complete -c order-gateway -f
        \(entries.flatMap(fishLines).joined(separator: "\n"))

        """
    }

    private func fishLines(_ entry: Entry) -> [String] {
        let condition = "test (__order_gateway_command) = \"\(entry.path)\""
        let start = "complete -c order-gateway -n '\(condition)'"
        return entry.command.completedWords.map { word, help in
            let name = word.hasPrefix("--") ? "-l \(word.dropFirst(2))" : "-a \(word)"
            let flag = entry.command.flags.first { $0.shownName == word && !$0.isBoolean }
            let value =
                switch flag.map(Self.value) {
                case .oneOf(let words): " -x -a '\(words.joined(separator: " "))'"
                case .path: " -r -F"
                case .other: " -x"
                case nil: ""
                }
            return "\(start) \(name)\(value) -d \(Self.fishQuoted(help))"
        }
    }

    /// Returns a text in single quotes.
    ///
    /// Fish needs a backslash before a quote and before a backslash.
    private static func fishQuoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}
