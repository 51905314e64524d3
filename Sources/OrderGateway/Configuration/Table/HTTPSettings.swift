internal import HTTPServer
internal import Transport
internal import OrderAPI

extension Setting {
    static let httpTable: [Setting: SettingDeclaration] = [
        .httpHost: SettingDeclaration(
            .http,
            .text(placeholder: "HOST"),
            default: "127.0.0.1",
            help: "Address or name to listen on. A name stands for all its addresses; 0.0.0.0 for"
                + " IPv4 from everywhere, :: for IPv6 and IPv4.",
            accepted: "an address or a name without a port, such as 127.0.0.1, [::1] or localhost;"
                + " 0.0.0.0 for IPv4 from everywhere, :: for IPv6 and IPv4"
        ) { text, configuration in
            guard let host = HostText.parse(text) else { return nil }
            configuration.http = SocketAddress(host: host, port: configuration.http.port)
        },
        .httpPort: SettingDeclaration(
            .http,
            .text(placeholder: "PORT"),
            default: "8080",
            help: "Port to listen on; 0 is any free port.",
            accepted: "a port from 0 (any free one) to 65535"
        ) { text, configuration in
            guard let port = UInt16(text) else { return nil }
            configuration.http = SocketAddress(host: configuration.http.host, port: port)
        },
        .httpSocket: SettingDeclaration(
            .http,
            .text(placeholder: "PATH"),
            help: "Socket file to listen on instead of a port.",
            accepted: "a path of at most \(longestSocketPath) bytes"
        ) { text, configuration in
            guard (1...longestSocketPath).contains(text.utf8.count) else { return nil }
            configuration.httpSocket = text
        },
        .httpSocketMode: SettingDeclaration(
            .http,
            .text(placeholder: "MODE"),
            help:
                "Permissions of the socket file, such as 660. Clients need the permission to write."
                + " Without this setting they follow the umask.",
            accepted: "permissions as three octal digits, such as 660"
        ) { text, configuration in
            guard text.utf8.count == 3 || text.utf8.count == 4 && text.hasPrefix("0"),
                text.utf8.allSatisfy({ 0x30...0x37 ~= $0 }), let mode = UInt32(text, radix: 8)
            else { return nil }
            configuration.socketAccess.mode = mode
        },
        .httpSocketGroup: SettingDeclaration(
            .http,
            .text(placeholder: "GROUP"),
            help: "Group of the socket file, by name or number, such as that of a proxy.",
            accepted: "the name of a group of this machine, or a group's number"
        ) { text, configuration in
            guard let group = SystemGroup.id(text) else { return nil }
            configuration.socketAccess.group = group
        },
        .httpReusePort: SettingDeclaration(
            .http,
            .boolean,
            default: "false",
            help: "Let another gateway listen on the same port, such as the next version."
        ) { text, configuration in
            Bool(text).map { configuration.sharesPort = $0 }
        },
        .http2Upgrade: SettingDeclaration(
            .http,
            .choice(HTTP2Upgrade.allCases.map(\.rawValue)),
            default: "auto",
            help:
                "Whether an HTTP/1.1 request may ask for HTTP/2 (Upgrade: h2c). auto: only where no"
                + " other machine can connect."
        ) { text, configuration in
            HTTP2Upgrade(rawValue: text).map { configuration.limits.http2Upgrade = $0 }
        },
        .httpLimit: SettingDeclaration(
            .http,
            .list(placeholder: "NAME=VALUE"),
            help: "A limit of the HTTP server, such as body-bytes=65536. The error for a wrong one"
                + " lists them all.",
            accepted: "name=value, with one of \(HTTPLimit.list)"
        ) { text, configuration in
            HTTPLimit.parse(text).map { $0.limit.set($0.value, in: &configuration.limits) }
        },
        .adminPort: SettingDeclaration(
            .http,
            .text(placeholder: "PORT"),
            help: "Port for operators: metrics, status, log level and page, which are no longer on"
                + " the other port then; 0 is any free port. Without this setting they share one.",
            accepted: "a port from 0 (any free one) to 65535"
        ) { text, configuration in
            UInt16(text).map { configuration.adminPort = $0 }
        },
        .adminHost: SettingDeclaration(
            .http,
            .text(placeholder: "HOST"),
            default: "127.0.0.1",
            help: "Address or name to listen on with the port for operators.",
            accepted: "an address or a name without a port, such as 127.0.0.1, [::1] or localhost;"
                + " 0.0.0.0 for IPv4 from everywhere, :: for IPv6 and IPv4"
        ) { text, configuration in
            HostText.parse(text).map { configuration.adminHost = $0 }
        },
        .page: SettingDeclaration(
            .http,
            .boolean,
            default: "true",
            help: "The live page for people at /. --no-page turns it off."
        ) { text, configuration in
            Bool(text).map { configuration.servesPage = $0 }
        },
        .rateLimit: SettingDeclaration(
            .http,
            .text(placeholder: "REQUESTS/SECONDS"),
            help: "Most requests of one client in a number of seconds, such as 100/60. Beyond them"
                + " the answer is 429.",
            accepted:
                "requests/seconds, such as 100/60, with 1 to 1000000 requests in 1 to 3600 seconds"
        ) { text, configuration in
            RateLimit(parsing: text).map { configuration.rateLimit = $0 }
        },
        .eventLoops: SettingDeclaration(
            .http,
            .text(placeholder: "COUNT"),
            help:
                "Threads that serve HTTP. Without this setting there is one for each processor that"
                + " CPU affinity and the CPU quota of the cgroup allow.",
            accepted: "a whole number from \(EventLoopCount.Limits.range.lowerBound) to"
                + " \(EventLoopCount.Limits.range.upperBound)"
        ) { text, configuration in
            guard let count = Int(text), EventLoopCount.Limits.range.contains(count) else {
                return nil
            }
            configuration.eventLoops = count
        },
    ]

    /// The size of `sun_path` (unix(7)), less its terminating zero and `./`.
    private static let longestSocketPath = 105
}
