import OrderGateway
import Testing

@testable import order_gateway

/// What a command line comes to, without running anything.
struct CommandParserTests {
    private static let parser = CommandParser(.orderGateway)

    /// What a command line that runs something says.
    private func invocation(_ words: String...) throws -> Invocation {
        guard case .run(_, let invocation) = try Self.parser.parse(words) else {
            throw UsageError("it runs nothing")
        }
        return invocation
    }

    /// The names of the command whose help is asked for.
    private func help(_ words: [String]) throws -> [String]? {
        guard case .help(let path) = try Self.parser.parse(words) else { return nil }
        return path.map(\.name)
    }

    private func refusal(_ words: [String]) -> String? {
        do throws(UsageError) {
            _ = try Self.parser.parse(words)
            return nil
        } catch {
            return error.description
        }
    }

    // MARK: Values

    @Test func `a value follows its flag, or an equals sign`() throws {
        for words in [["--http-port", "1"], ["--http-port=1"]] {
            let parsed = try Self.parser.parse(["serve"] + words)
            guard case .run(_, let found) = parsed else { throw UsageError("nothing runs") }
            #expect(found.settings == [.httpPort: ["1"]])
        }
    }

    @Test func `what stands behind the first equals sign is the value`() throws {
        #expect(
            try invocation("serve", "--kafka-config=a=b=c", "--http-host=").settings
                == [.kafkaConfig: ["a=b=c"], .httpHost: [""]]
        )
    }

    @Test func `a flag may be repeated`() throws {
        let found = try invocation("serve", "--http-limit", "a=1", "--http-limit", "b=2")
        #expect(found.settings == [.httpLimit: ["a=1", "b=2"]])
    }

    @Test func `the last of several values counts, unless the setting is a list`() throws {
        let found = try invocation("serve", "--data-dir=a", "--data-dir=b").configuration()
        #expect(found.dataDir == "b")
    }

    @Test(arguments: [
        (["--http-reuse-port"], ["true"]), (["--no-http-reuse-port"], ["false"]),
        (["--http-reuse-port", "--no-http-reuse-port"], ["true", "false"]), ([], nil),
    ])
    func `a boolean is on or off`(_ flags: [String], _ values: [String]?) throws {
        guard case .run(_, let found) = try Self.parser.parse(["serve"] + flags) else {
            throw UsageError("nothing runs")
        }
        #expect(found.settings[.httpReusePort] == values)
    }

    @Test func `flags of one command alone`() throws {
        let verify = Command.Option(
            name: "verify",
            value: .boolean(default: false),
            help: "Only compare: print the orders that differ, and exit with 1 if there are any."
        )
        #expect(try invocation("replay", "--verify").isOn(verify))
        #expect(try !invocation("replay", "--verify", "--no-verify").isOn(verify))
        #expect(try !invocation("replay").isOn(verify))
    }

    @Test func `a file with settings is named`() throws {
        #expect(try invocation("dev", "--config", "f.json").configFile == "f.json")
        #expect(try invocation("dev").configFile == nil)
    }

    // MARK: Arguments

    @Test func `arguments may stand between flags`() throws {
        let found = try invocation(
            "dead-letters",
            "redrive",
            "a/0/1",
            "--force",
            "b/0/2",
            "--log-level",
            "debug"
        )
        #expect(found.arguments == ["a/0/1", "b/0/2"])
        #expect(found.settings == [.logLevel: ["debug"]])
    }

    @Test func `two hyphens end the flags`() throws {
        let found = try invocation("dead-letters", "redrive", "--", "--all", "-h", "--")
        #expect(found.arguments == ["--all", "-h", "--"])
    }

    // MARK: Help

    @Test(arguments: [
        ([], ["order-gateway"]), (["-h"], ["order-gateway"]), (["--help"], ["order-gateway"]),
        (["help"], ["order-gateway"]), (["help", "serve"], ["order-gateway", "serve"]),
        (["serve", "-h"], ["order-gateway", "serve"]),
        (["serve", "--http-port", "1", "--help"], ["order-gateway", "serve"]),
        (["topics"], ["order-gateway", "topics"]),
        (["topics", "--help"], ["order-gateway", "topics"]),
        (["help", "topics", "create"], ["order-gateway", "topics", "create"]),
        (["topics", "create", "--help"], ["order-gateway", "topics", "create"]),
        // What is wrong beside it is not what the person wants to know.
        (["dead-letters", "show", "--help"], ["order-gateway", "dead-letters", "show"]),
    ])
    func `help is asked for in many ways`(_ words: [String], _ path: [String]) throws {
        #expect(try help(words) == path)
    }

    @Test func `the version is asked for alone`() throws {
        guard case .version = try Self.parser.parse(["--version"]) else {
            throw UsageError("it is no version")
        }
        #expect(refusal(["serve", "--version"]) != nil)
        #expect(refusal(["--version", "serve"]) != nil)
    }

    // MARK: Slips

    @Test(arguments: [
        (["dance"], "there is no command 'dance'; there are dev, serve,"),
        (["srve"], "there is no command 'srve'; did you mean 'serve'?"),
        (["topics", "crate"], "there is no command 'crate' of 'topics'; did you mean 'create'?"),
        (["help", "srve"], "there is no command 'srve'; did you mean 'serve'?"),
        (["help", "serve", "x"], "'x': serve has no commands of its own"),
        (["--http-port", "1", "serve"], "--http-port: the command comes first, then its flags"),
        (["serve", "--http-prot", "1"], "--http-prot of 'serve'; did you mean --http-port?"),
        (["serve", "--http-prot=1"], "--http-prot of 'serve'; did you mean --http-port?"),
        (["dev", "--no-inventroy"], "did you mean --no-inventory?"),
        (["dev", "--kafka-brokers", "a:1"], "--kafka-brokers of 'dev'; it belongs to 'serve',"),
        (["topics", "list", "--verify"], "--verify of 'topics list'; it belongs to 'replay'"),
        (["serve", "--hlep"], "did you mean --help?"),
        (["serve", "--nothing-like-it"], "there is no flag --nothing-like-it of 'serve' (see"),
        (["serve", "-x"], "there is no flag -x of 'serve'"),
        (["serve", "-"], "there is no flag - of 'serve'"),
        (["serve", "--http"], "there is no flag --http of 'serve'"),
        (["serve", "---http-port", "1"], "there is no flag ---http-port of 'serve'"),
        (["serve", "--HTTP-PORT", "1"], "there is no flag --HTTP-PORT of 'serve'"),
        (["serve", "--http-port"], "--http-port: its value is missing"),
        (
            ["serve", "--http-port", "-1"],
            "--http-port: its value is missing; one that begins with a hyphen is written"
                + " --http-port=-1"
        ),
        (["serve", "--config", "--log-level=info"], "--config: its value is missing"),
        (["replay", "--verify=yes"], "--verify takes no value: give --verify or --no-verify"),
        (["serve", "--no-http-port"], "there is no flag --no-http-port of 'serve'"),
        (["serve", "now"], "'now' is one argument too many (see order-gateway serve --help)"),
        (["schema", "OrderCreated", "1.0", "x"], "'x' is one argument too many"),
        (["dead-letters", "show"], "ID is missing (see order-gateway dead-letters show --help)"),
        (["dead-letters", "list", "--format", "xml"], "--format: 'xml' is not accepted"),
        (["serve", "--help=1"], "--help takes no value"),
        (["serve", "--no-help"], "there is no flag --no-help of 'serve'"),
    ])
    func `a slip is told`(_ words: [String], _ says: String) {
        let text = refusal(words)
        #expect(text?.contains(says) == true, "\(text ?? "it is taken")")
    }

    /// Every proper beginning of a name would be an abbreviation.
    @Test func `nothing is abbreviated`() {
        for setting in Setting.allCases where SharedSettings.serving.contains(setting) {
            let spelling = setting.flag
            for length in 3..<spelling.count {
                let short = String(spelling.prefix(length))
                let isAnother = Setting.allCases.contains { $0.flag == short }
                #expect(isAnother || refusal(["serve", "\(short)=1"]) != nil, "\(short)")
            }
        }
        for command in Command.orderGateway.subcommands {
            for length in 1..<command.name.count {
                #expect(refusal([String(command.name.prefix(length))]) != nil)
            }
        }
    }
}
