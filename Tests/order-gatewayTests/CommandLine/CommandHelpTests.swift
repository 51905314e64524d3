import OrderGateway
import TestSupport
import Testing

@testable import order_gateway

struct CommandHelpTests {
    /// Every command with those it belongs to.
    static let paths = paths(below: [Command.orderGateway])

    private static func paths(below path: [Command]) -> [[Command]] {
        [path] + (path.last?.subcommands ?? []).flatMap { paths(below: path + [$0]) }
    }

    @Test func `every command says what it does, and every flag what it is for`() {
        for path in Self.paths {
            let text = CommandHelp(path).text
            let command = path[path.count - 1]
            #expect(text.replacing("\n", with: " ").hasPrefix(command.summary))
            for flag in command.flags {
                #expect(text.contains("  \(flag.shownName)"), "\(command.name)")
                let words = flag.help.split(separator: " ").prefix(2).joined(separator: " ")
                #expect(text.contains(words), "\(command.name) \(flag.name)")
            }
            for subcommand in command.subcommands { #expect(text.contains("  \(subcommand.name)")) }
        }
    }

    @Test func `no line is longer than a terminal is wide`() {
        for path in Self.paths {
            for line in CommandHelp(path).text.split(separator: "\n") {
                // Examples stand as they are to be typed.
                #expect(line.count <= 80 || line.contains("order-gateway "), "\(line)")
            }
        }
    }

    @Test func `a setting is shown with its variable and its default`() throws {
        let serve = try #require(Self.paths.first { $0.last?.name == "serve" })
        let text = CommandHelp(serve).text
        #expect(text.contains("HTTP\n  --http-host HOST"))
        #expect(
            text.contains("(HTTP_PORT,\n                          default 8080)")
                || text.contains("(HTTP_PORT, default 8080)")
        )
        #expect(text.contains("  --log-format text|json"))
        #expect(text.contains("  --config FILE"))
    }

    @Test func `a setting that is on by default is shown with how to turn it off`() throws {
        let serve = try #require(Self.paths.first { $0.last?.name == "serve" })
        let text = CommandHelp(serve).text
        #expect(text.contains("  --no-page "))
        #expect(text.replacing(/\s+/, with: " ").contains("PAGE=false does the same."))
        #expect(text.contains("  --http-reuse-port"))
    }

    /// A choice is tried by the examples: each has to be a command line that would be run.
    @Test func `the examples can be typed`() throws {
        let parser = CommandParser(.orderGateway)
        var count = 0
        for path in Self.paths {
            let command = path[path.count - 1]
            let lines = command.examples.replacing("\\\n", with: " ").split(separator: "\n")
            for line in lines where line.hasPrefix("order-gateway ") {
                let words = line.prefix { $0 != ">" }.split(separator: " ").dropFirst()
                guard case .run(_, let found) = try parser.parse(words.map(String.init)) else {
                    throw UsageError("\(line) runs nothing")
                }
                _ = try found.configuration()
                count += 1
            }
        }
        #expect(count > 10)
    }
}
