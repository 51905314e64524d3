extension Completions {
    /// The script for zsh.
    ///
    /// See zshcompsys(1).
    var zsh: String {
        """
        #compdef order-gateway
        # Completion of order-gateway for zsh: put this into a file _order-gateway in $fpath, or
        #   source <(order-gateway completions zsh)
        _order_gateway() {
            local command=order-gateway index
            local -a candidates
            for ((index = 2; index < CURRENT; index++)); do
                case "$command ${words[index]}" in
                \(subcommandPaths.map { "'\($0)'" }.joined(separator: "|")))
                    command+=" ${words[index]}" ;;
                esac
            done
            case "${words[CURRENT-1]}" in
        \(zshValues)
            esac
            case "$command" in
        \(zshWords)
            esac
            _describe -o order-gateway candidates
        }
        compdef _order_gateway order-gateway

        """
    }

    private var zshValues: String {
        flagValues.map { name, value in
            let reply =
                switch value {
                case .oneOf(let words): "compadd -- \(words.joined(separator: " "))"
                case .path: "_files"
                case .other: ":"
                }
            return "    \(name)) \(reply); return ;;"
        }.joined(separator: "\n")
    }

    private var zshWords: String {
        entries.map { entry in
            let candidates = entry.command.completedWords.map { word, help in
                Self.quoted("\(word):\(help.replacing(":", with: "\\:"))")
            }
            return "    '\(entry.path)') candidates=(\(candidates.joined(separator: " "))) ;;"
        }.joined(separator: "\n")
    }

    /// Returns a text quoted as one word for the shell.
    static func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "'\\''"))'"
    }
}
