/// The command `order-gateway completions`.
enum CompletionsCommand {
    static let command = Command(
        name: "completions",
        summary: "Prints a script that completes commands and flags in a shell.",
        examples: """
            source <(order-gateway completions bash)
            order-gateway completions zsh > ~/.zfunc/_order-gateway
            order-gateway completions fish > ~/.config/fish/completions/order-gateway.fish
            """,
        arguments: [.init(name: "SHELL", help: "bash, zsh or fish.")],
        run: run
    )

    private static func run(_ invocation: Invocation) throws {
        let name = invocation.arguments[0]
        guard let shell = Completions.Shell(rawValue: name) else {
            let known = Completions.Shell.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("SHELL: there are no completions for '\(name)'; there are \(known)")
        }
        try Console.text(Completions(.orderGateway).script(for: shell))
    }
}
