extension Completions {
    /// The script for bash.
    ///
    /// See bash(1), "Programmable Completion".
    var bash: String {
        """
        # Completion of order-gateway for bash:
        #   source <(order-gateway completions bash)
        _order_gateway() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local command=order-gateway index
            for ((index = 1; index < COMP_CWORD; index++)); do
                case "$command ${COMP_WORDS[index]}" in
                \(subcommandPaths.map { "'\($0)'" }.joined(separator: "|")))
                    command+=" ${COMP_WORDS[index]}" ;;
                esac
            done
            case "$previous" in
        \(bashValues)
            esac
            case "$command" in
        \(bashWords)
            esac
        }
        complete -F _order_gateway order-gateway

        """
    }

    private var bashValues: String {
        flagValues.map { name, value in
            let reply =
                switch value {
                case .oneOf(let words): "-W '\(words.joined(separator: " "))'"
                case .path: "-f"
                case .other: "-W ''"
                }
            return "    \(name))"
                + " COMPREPLY=($(compgen \(reply) -- \"$current\")); return ;;"
        }.joined(separator: "\n")
    }

    private var bashWords: String {
        entries.map { entry in
            let words = entry.command.completedWords.map(\.word).joined(separator: " ")
            return "    '\(entry.path)')"
                + " COMPREPLY=($(compgen -W '\(words)' -- \"$current\")) ;;"
        }.joined(separator: "\n")
    }
}
