import HTTPServer
import Kafka
import TestSupport
import Testing
import Transport

@testable import OrderGateway
@testable import OrderAPI
@testable import Telemetry
@testable import OrderStreams

struct ConfigurationTests {
    @Test func `nothing has to be configured`() async throws {
        let found = try await configuration()
        #expect(found.http == SocketAddress(host: "127.0.0.1", port: 8080))
        #expect(found.kafkaBrokers == nil)
        #expect(found.kafkaProperties.isEmpty)
        #expect(found.dataDir == nil)
        #expect(found.logLevel == .info)
        #expect(found.logFormat == .text)
        #expect(found.requestTimeout == .seconds(10))
        #expect(found.shutdownTimeout == .seconds(15))
        #expect(found.deliveryTimeout == .seconds(8))
        #expect(throws: ConfigurationError.missing(.kafkaBrokers)) {
            try found.requireKafkaBrokers()
        }
        #expect(
            ConfigurationError.missing(.kafkaBrokers).description
                == "--kafka-brokers is missing: give host:port, several separated by commas, such as"
                + " localhost:9092 (or set KAFKA_BROKERS)"
        )
    }

    private static let flags: [Setting: [String]] = [
        .httpHost: ["0.0.0.0"], .httpPort: ["1"], .kafkaBrokers: ["a:1"],
        .kafkaConfig: ["linger.ms=1"], .dataDir: ["/a"], .logLevel: ["trace"],
        .logFormat: ["json"], .requestTimeout: ["11"], .shutdownTimeout: ["21"],
    ]
    private static let environment = [
        "HTTP_HOST": "::1", "HTTP_PORT": "2", "KAFKA_BROKERS": "b:2,c:3",
        "KAFKA_CONFIG": "linger.ms=2", "DATA_DIR": "/b", "LOG_LEVEL": "error",
        "LOG_FORMAT": "json", "REQUEST_TIMEOUT": "12", "SHUTDOWN_TIMEOUT": "22",
    ]
    private static let file = """
        {"http": {"host": "gateway", "port": 3}, "kafka": {"brokers": "d", "config": "linger.ms=3"},
         "data": {"dir": "/c"}, "log": {"level": "critical", "format": "json"},
         "request": {"timeout": 13}, "shutdown": {"timeout": "23"}}
        """

    private func summary(_ found: GatewayConfiguration) throws -> [String] {
        [
            "\(found.http)", try found.requireKafkaBrokers(),
            found.kafkaProperties.map { "\($0.name)=\($0.value)" }.joined(separator: ","),
            found.dataDir ?? "", found.logLevel.rawValue, found.logFormat.rawValue,
            "\(found.requestTimeout)", "\(found.shutdownTimeout)",
        ]
    }

    @Test func `every setting comes from each source, flags before environment before file`()
        async throws
    {
        let inFile = [
            "gateway:3", "d", "linger.ms=3", "/c", "critical", "json", "13.0 seconds",
            "23.0 seconds",
        ]
        let inEnvironment = [
            "[::1]:2", "b:2,c:3", "linger.ms=2", "/b", "error", "json", "12.0 seconds",
            "22.0 seconds",
        ]
        let onCommandLine = [
            "0.0.0.0:1", "a:1", "linger.ms=1", "/a", "trace", "json", "11.0 seconds",
            "21.0 seconds",
        ]
        #expect(try summary(await configuration(file: Self.file)) == inFile)
        #expect(
            try summary(await configuration(environment: Self.environment, file: Self.file))
                == inEnvironment
        )
        #expect(
            try summary(
                await configuration(
                    flags: Self.flags,
                    environment: Self.environment,
                    file: Self.file
                )
            ) == onCommandLine
        )
    }

    @Test func `each setting is looked for by itself`() async throws {
        let found = try await configuration(
            flags: [.httpPort: ["1"]],
            environment: ["HTTP_PORT": "2", "HTTP_HOST": "h", "PATH": "/bin"],
            file: #"{"http": {"port": 3, "host": "i"}, "data": {"dir": "d"}}"#
        )
        #expect(found.http == SocketAddress(host: "h", port: 1))
        #expect(found.dataDir == "d")
    }

    @Test func `limits of the server are set one by one`() async throws {
        let found = try await configuration(
            flags: [.httpLimit: ["head-bytes=2048", "idle-seconds=5"]]
        )
        #expect(found.limits.headBytes == 2_048)
        #expect(found.limits.idleTimeout == .seconds(5))
        #expect(found.limits.bodyBytes == ServerLimits().bodyBytes)
        let listed = try await configuration(
            environment: ["HTTP_LIMIT": "connections=10,streams-per-connection=3"]
        )
        #expect(listed.limits.transport.connections == 10)
        #expect(listed.limits.concurrentStreams == 3)
    }

    @Test func `how much a client may ask is not limited unless it is said`() async throws {
        #expect(try await configuration().rateLimit == nil)
        let found = try await configuration(environment: ["RATE_LIMIT": "100/60"])
        #expect(found.rateLimit == RateLimit(requests: 100, seconds: 60))
    }

    @Test func `every limit has a default within its range, and can be set`() {
        for limit in HTTPLimit.allCases {
            var limits = ServerLimits()
            limit.set(limit.range.lowerBound, in: &limits)
            let lowest = "\(limits)"
            limit.set(limit.range.upperBound, in: &limits)
            #expect(lowest != "\(limits)")
            #expect(HTTPLimit.parse("\(limit.rawValue)=\(limit.range.upperBound)") != nil)
            #expect(HTTPLimit.parse("\(limit.rawValue)=\(limit.range.upperBound + 1)") == nil)
        }
    }

    // MARK: Values that are not accepted

    private static let refused: [(Setting, [String])] = [
        (.httpHost, [""]),
        (.httpPort, ["", "x", "-1", "65536", "80.5", " 80"]),
        (
            .kafkaBrokers,
            ["", ",", " , ", "a:0", "a:65536", "a:x", ":9092", "a b:1", "[::1]:x", "a:1;b:1/"]
        ),
        (.kafkaConfigFile, [""]),
        (.kafkaConfig, ["linger.ms"]),
        (.eventLoops, ["", "0", "257", "-1", "two", "1.5"]),
        (.httpLimit, ["head-bytes", "head-bytes=x", "head-bytes=1", "no-such=1", "=1"]),
        (.rateLimit, ["", "100", "0/60", "100/0", "100 / 60"]),
        (.dataDir, [""]),
        (.logLevel, ["", "loud", "info ", "warnings"]),
        (.logFormat, ["", "xml"]),
        (.requestTimeout, ["", "2", "301", "3s", "10.5", "-1"]),
        (.shutdownTimeout, ["", "0", "301", "x"]),
    ]

    @Test(arguments: refused)
    func `a value that is not accepted is named with its source`(
        _ setting: Setting,
        _ values: [String]
    ) async {
        for value in values {
            let end = "is not accepted: give \(setting.accepted)"
            #expect(
                await refusal(flags: [setting: [value]])
                    == "\(setting.flag): '\(value)' from the command line \(end)"
            )
            let ofVariable =
                "\(setting.flag): '\(value)' from the environment variable"
                + " \(setting.environmentName) \(end)"
            #expect(
                await refusal(environment: [setting.environmentName: value])
                    == (value.isEmpty ? "it is accepted" : ofVariable)
            )
            let parts = setting.rawValue.split(separator: ".")
            #expect(
                await refusal(file: #"{"\#(parts[0])": {"\#(parts[1])": "\#(value)"}}"#)
                    == "\(setting.flag): '\(value)' from FOLDER/config.json, key"
                    + " \(setting.rawValue) \(end)"
            )
        }
    }

    @Test func `a setting without a group stands at the top of the file`() async throws {
        #expect(try await configuration().servesPage)
        #expect(try await !configuration(file: #"{"page": "false", "http": {}}"#).servesPage)
        #expect(try await !configuration(environment: ["PAGE": "False"]).servesPage)
        #expect(
            await refusal(file: #"{"page": "maybe"}"#)
                == "--page: 'maybe' from FOLDER/config.json, key page is not accepted: give true or"
                + " false"
        )
        #expect(
            await refusal(file: #"{"page": true}"#)
                == "--config: FOLDER/config.json: page has to be a string or a whole number"
        )
        #expect(
            await refusal(file: #"{"page": {"x": "false"}}"#)
                .hasPrefix("--config: FOLDER/config.json: page.x is no setting")
        )
    }

    @Test func `a number in the file is held to the same limits`() async {
        #expect(
            await refusal(file: #"{"http": {"port": 65536}}"#)
                == "--http-port: '65536' from FOLDER/config.json, key http.port is not accepted:"
                + " give a port from 0 (any free one) to 65535"
        )
    }

    @Test(arguments: ["INFO", "Info", "info"])
    func `words may be written in any case`(_ level: String) async throws {
        let found = try await configuration(
            flags: [.logFormat: ["JSON"], .lostEvents: ["Accept"]],
            environment: ["LOG_LEVEL": level, "HTTP_REUSE_PORT": "TRUE"]
        )
        #expect(found.logLevel == .info)
        #expect(found.logFormat == .json)
        #expect(found.lostEvents == .accept)
        #expect(found.sharesPort)
    }

    @Test(arguments: ["warn", "WARN", "warning"])
    func `warn is a warning`(_ level: String) async throws {
        #expect(try await configuration(flags: [.logLevel: [level]]).logLevel == .warning)
    }

    @Test func `a variable that is empty is none`() async throws {
        let all = Dictionary(
            uniqueKeysWithValues: Setting.allCases.map { ($0.environmentName, "") }
        )
        let found = try await configuration(
            environment: all.merging(["KAFKA_SASL_PASSWORD": "", "KAFKA_SASL_PASSWORD_FILE": ""]) {
                $1
            },
            file: #"{"http": {"port": 3}}"#
        )
        #expect(found.http.port == 3)
        #expect(found.logLevel == .info)
        #expect(found.kafkaProperties.isEmpty)
    }

    @Test(arguments: ["tcp://10.0.0.7:80", "udp://10.0.0.7:53", "sctp://10.0.0.7:1"])
    func `what Kubernetes sets for a service of the same name is told`(_ value: String) async {
        #expect(
            await refusal(environment: ["HTTP_PORT": value])
                == "--http-port: the environment variable HTTP_PORT is '\(value)', which Kubernetes"
                + " sets in the pods beside a service named 'http': set enableServiceLinks to false"
                + " in the pod's spec, or name the service otherwise, or give --http-port"
        )
        #expect(
            await refusal(environment: ["HTTP_REUSE_PORT": value])
                .contains("a service named 'http-reuse'")
        )
        for setting in Setting.allCases {
            let text = await refusal(environment: [setting.environmentName: value])
            #expect(text.contains("Kubernetes"), "\(text)")
            #expect(text.contains(setting.environmentName), "\(text)")
        }
    }

    @Test func `what a flag says is not asked of a variable`() async throws {
        let found = try await configuration(
            flags: [.httpPort: ["1"]],
            environment: ["HTTP_PORT": "tcp://10.0.0.7:80"]
        )
        #expect(found.http.port == 1)
    }

    @Test(arguments: [
        ("a:1, b:1", "a:1,b:1"), ("a:1,", "a:1"), (" a:1 ,,\tb ", "a:1,b"), (",a", "a"),
        ("SASL_SSL://a:1,plaintext://b", "SASL_SSL://a:1,plaintext://b"),
    ])
    func `blanks and idle commas between brokers say nothing`(
        _ list: String,
        _ brokers: String
    ) async throws {
        let found = try await configuration(environment: ["KAFKA_BROKERS": list])
        #expect(try found.requireKafkaBrokers() == brokers)
    }

    @Test func `blanks between limits say nothing either`() async throws {
        let found = try await configuration(
            environment: ["HTTP_LIMIT": "connections=10, head-bytes=2048 ,"]
        )
        #expect(found.limits.transport.connections == 10)
        #expect(found.limits.headBytes == 2048)
    }

    @Test func `of a broker's name nothing is shown that may be a password`() async {
        let text = await refusal(flags: [.kafkaBrokers: ["sasl_ssl://me:se@cret@host:9092"]])
        #expect(text.hasPrefix("--kafka-brokers: '…@host:9092' from the command line"), "\(text)")
    }

    @Test(arguments: [
        "localhost", "localhost:9092", "a:1,b:2", "10.0.0.1:9092", "[::1]:9092", "[::1]", "a,b:1",
    ])
    func `brokers may have ports`(_ list: String) async throws {
        let found = try await configuration(flags: [.kafkaBrokers: [list]])
        #expect(try found.requireKafkaBrokers() == list)
    }

    // MARK: The file

    @Test func `a key that means nothing is refused`() async {
        let known = Setting.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        #expect(
            await refusal(file: #"{"http": {"prot": 80}}"#)
                == "--config: FOLDER/config.json: http.prot is no setting; there are \(known)"
        )
        #expect(
            await refusal(file: #"{"https": {"port": 80}}"#)
                == "--config: FOLDER/config.json: https.port is no setting; there are \(known)"
        )
    }

    @Test(arguments: ["true", "80.5", "null", "{}", "[80]", "[\"80\"]", "1e99"])
    func `a value of another type is not passed over`(_ value: String) async {
        #expect(
            await refusal(file: #"{"http": {"port": \#(value)}}"#)
                .hasPrefix(
                    "--config: FOLDER/config.json: http.port has to be a string or a whole number"
                )
        )
    }

    @Test func `properties are text or an array of texts`() async {
        for value in ["[1]", "true", "{}"] {
            #expect(
                await refusal(file: #"{"kafka": {"config": \#(value)}}"#)
                    .hasPrefix(
                        "--config: FOLDER/config.json: kafka.config has to be a string or an array of strings"
                    )
            )
        }
    }

    @Test(arguments: ["80.0", "8e1"])
    func `a whole number may be written with an exponent or a point`(
        _ number: String
    ) async throws {
        #expect(try await configuration(file: #"{"http": {"port": \#(number)}}"#).http.port == 80)
    }

    @Test(arguments: ["", "{", "http.port=80", "[]", "1", #"{"http": 80}"#, #"{"http": []}"#])
    func `a broken file is named`(_ text: String) async {
        let message = await refusal(file: text)
        #expect(message.hasPrefix("--config: FOLDER/config.json: it "))
    }

    @Test func `a file that is not there is named`() async {
        let error = #expect(throws: ConfigurationError.self) {
            try SettingSources(flags: [:], environment: [:], file: "/nowhere/config.json")
        }
        #expect(
            error?.description
                == "--config: /nowhere/config.json: it cannot be read: No such file or directory"
        )
    }

    @Test func `an empty file says nothing`() async throws {
        #expect(try await configuration(file: "{}").http.port == 8080)
        #expect(try await configuration(file: #"{"http": {}}"#).http.port == 8080)
    }

    @Test func `flags and variables are named after the setting`() {
        #expect(Setting.httpPort.flag == "--http-port")
        #expect(Setting.httpPort.environmentName == "HTTP_PORT")
    }
}
