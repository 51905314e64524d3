import TestSupport
import Testing

@testable import order_gateway

/// The scripts, run by the shells that they are for.
struct CompletionsTests {
    private static let completions = Completions(.orderGateway)

    static let cases: [(typed: [String], expected: [String], unexpected: [String])] = [
        ([""], ["dev", "serve", "topics", "--help"], ["create", "--http-port"]),
        (["se"], ["serve"], ["dev"]),
        (["topics", ""], ["create", "list"], ["serve"]),
        (["serve", "--http-p"], ["--http-port"], ["--http-host", "--no-inventory"]),
        (["dev", "--no-"], ["--no-inventory"], []),
        (["serve", "--log-level", "wa"], ["warning"], ["info", "--help"]),
        (["dead-letters", "list", "--format", ""], ["text", "json"], ["--help"]),
    ]

    /// What bash(1) fills COMPREPLY with.
    @Test(arguments: cases)
    func `bash completes`(typed: [String], expected: [String], unexpected: [String]) async throws {
        let words = (["order-gateway"] + typed).map(Completions.quoted).joined(separator: " ")
        let ending = try await run(
            .bash,
            ["bash", "--norc", "-c"],
            """
            source "$0"
            COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _order_gateway
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        )
        check(ending, expected, unexpected)
    }

    /// What complete(1) of fish lists for a line.
    @Test(arguments: cases)
    func `fish completes`(typed: [String], expected: [String], unexpected: [String]) async throws {
        let line = (["order-gateway"] + typed).joined(separator: " ")
        let ending = try await run(
            .fish,
            ["fish", "--no-config", "-c"],
            "source $argv[1]; complete -C \(Completions.quoted(line)) | string replace -r '\\t.*' ''"
        )
        // fish offers flags to those who have typed a hyphen.
        let wantsFlags = typed.last?.hasPrefix("-") ?? false
        check(ending, expected.filter { wantsFlags || !$0.hasPrefix("-") }, unexpected)
    }

    /// What the function hands to zsh's own completion, which only a terminal would show.
    @Test(arguments: cases)
    func `zsh completes`(typed: [String], expected: [String], unexpected: [String]) async throws {
        let words = (["order-gateway"] + typed).map(Completions.quoted).joined(separator: " ")
        let ending = try await run(
            .zsh,
            ["zsh", "--no-rcs", "-c"],
            """
            compdef() { }
            _files() { }
            compadd() { shift; print -l -- "$@" }
            _describe() { print -l -- "${(@)candidates%%:*}" }
            source "$0"
            words=(\(words)); CURRENT=${#words}
            _order_gateway
            """
        )
        // zsh itself chooses among the candidates by what was typed.
        let typed = typed.last ?? ""
        check(ending, expected, unexpected.filter { $0.hasPrefix(typed) })
    }

    private func run(
        _ shell: Completions.Shell,
        _ command: [String],
        _ text: String
    ) async throws -> ChildProcess.Ending {
        let folder = try TemporaryFolder()
        let script = try folder.write(Self.completions.script(for: shell), to: "completions")
        return try await ChildProcess.run(
            command[0],
            command.dropFirst() + [text, script],
            environment: ["HOME": folder.path]
        )
    }

    private func check(
        _ ending: ChildProcess.Ending,
        _ expected: [String],
        _ unexpected: [String]
    ) {
        #expect(ending.exitCode == 0)
        #expect(ending.errorOutput.isEmpty, "\(ending.errorOutput)")
        let words = ending.text.split(separator: "\n").map(String.init)
        for word in expected { #expect(words.contains(word), "\(words)") }
        for word in unexpected { #expect(!words.contains(word), "\(words)") }
    }
}
