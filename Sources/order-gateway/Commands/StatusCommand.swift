internal import HTTPClient
internal import OrderGateway
internal import Text
internal import Transport

/// The command `order-gateway status`.
enum StatusCommand {
    static let command = Command(
        name: "status",
        summary: "Shows the state of a running gateway.",
        details: """
            Readiness with its reasons, requests, errors and latencies, orders and events,
            dead letters, and the lag of each partition: what GET /status answers. Rates are
            means of the last 10 seconds, and quantiles of the last 60 seconds.

            Without --url it asks the gateway of this machine that has the same settings:
            on its port for operators if there is one, else on its port or socket.

            Exits with 0 if the gateway is ready, with 1 if it is not, and with 69 if it
            does not answer. With --watch it goes on asking, and exits with 0 on Ctrl-C.
            """,
        examples: """
            order-gateway status
            order-gateway status --watch --url http://gateway-1.internal:9090
            order-gateway status --format json
            """,
        options: [url, format, Watch.flag, Watch.interval],
        settings: [.httpHost, .httpPort, .httpSocket, .adminHost, .adminPort],
        run: run
    )

    private static let url = Command.Option(
        name: "url",
        value: .text(placeholder: "URL"),
        help: "Where the gateway serves operators, such as http://127.0.0.1:8080."
    )

    private static let format = Command.Option(
        name: "format",
        value: .choice(["text", "json"]),
        help: "How the state is printed; json is the answer itself."
    )

    private enum Limits {
        /// The time limit of an answer; the gateway makes it in milliseconds.
        static let timeout = Duration.seconds(3)
    }

    private static func run(_ invocation: Invocation) async throws {
        let address = try StatusAddress(
            url: invocation.text(url),
            try invocation.configuration()
        )
        let isText = invocation.choice(format) == "text"
        try await Watch(invocation, isText: isText).run {
            let json = try ask(address)
            guard let status = try? StatusDocument(json: json) else {
                throw NoStatus(url: "\(address.url)", reason: "the answer is no status")
            }
            let text = StatusText(status, now: WallClock.system.now()).text
            return Watch.Frame(
                text: isText ? text : String(decoding: json, as: UTF8.self),
                exit: status.ready ? nil : .failure
            )
        }
    }

    private static func ask(_ address: StatusAddress) throws -> [UInt8] {
        var options = CurlClient.Options()
        options.connectTimeout = Limits.timeout
        options.unixSocketPath = address.socketPath
        options.userAgent = "order-gateway/\(ProgramVersion.number)"
        let response = try CurlClient(options)
            .send(OutgoingRequest(.get, address.url, timeout: Limits.timeout))
        guard response.status == 200 else {
            throw NoStatus(url: "\(address.url)", reason: "it answers \(response.status)")
        }
        return response.body
    }
}

/// Where a gateway answers `GET /status`.
struct StatusAddress: Equatable {
    let url: HTTPURL
    /// The socket to connect to instead of the URL's host.
    var socketPath: String?

    /// - Parameter url: The URL that was given, if any; the settings say where the gateway is otherwise.
    /// - Throws: ``UsageError``
    init(url: String?, _ configuration: GatewayConfiguration) throws(UsageError) {
        var base = url
        if base == nil {
            if let port = configuration.adminPort {
                base = Self.base(configuration.adminHost, port)
            } else if let path = configuration.httpSocket {
                base = "http://localhost"
                socketPath = path
            } else {
                base = Self.base(configuration.http.host, configuration.http.port)
            }
        }
        do throws(HTTPClientError) {
            self.url = try HTTPURL(base ?? "").appending(path: "/status")
        } catch {
            throw UsageError("--url: \(error.reason)")
        }
    }

    /// Returns the URL of this machine for an address that a gateway listens on.
    private static func base(_ host: String, _ port: UInt16) -> String {
        switch host {
        case "0.0.0.0": "http://127.0.0.1:\(port)"
        case "::": "http://[::1]:\(port)"
        default: "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}

/// What answers at an address is no gateway's status.
struct NoStatus: Error, CustomStringConvertible {
    let url: String
    let reason: String

    var description: String { "\(url): \(reason)" }
}
