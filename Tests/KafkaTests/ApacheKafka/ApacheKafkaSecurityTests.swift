import TestSupport
import Testing

@testable import Kafka

/// Names, passwords, certificates and rights, on one node of Apache Kafka.
@Suite(
    .serialized,
    .enabled(if: KafkaBroker.isAvailable),
    .kafka(
        KafkaSetup(
            listeners: [.saslPlaintext, .ssl],
            hasACLs: true,
            properties: ["auto.create.topics.enable": "false"]
        )
    )
)
struct ApacheKafkaSecurityTests {
    /// Properties of a client that has a name and a password, over PLAIN.
    private func plain(_ user: KafkaUser, password: String? = nil) -> [KafkaProperty] {
        [
            KafkaProperty("security.protocol", "sasl_plaintext"),
            KafkaProperty("sasl.mechanism", "PLAIN"),
            KafkaProperty("sasl.username", user.rawValue),
            KafkaProperty("sasl.password", password ?? user.password),
        ]
    }

    /// The topics that a client sees: those that it may describe.
    private func topics(
        _ configuration: ClientConfiguration,
        within limit: Duration = .seconds(30)
    ) async throws -> [String] {
        try await onThread {
            try AdminClient(configuration).listTopics(timeout: limit).map(\.name)
        }
    }

    /// For those who are kept out, who are told nothing but that time is up.
    private let vainLimit = Duration.seconds(2)

    /// Gives a right, and waits until it holds.
    private func allow(
        _ principal: String,
        _ operations: [String],
        topic: String,
        seenBy configuration: ClientConfiguration
    ) async throws {
        var arguments = ["--add", "--allow-principal", principal, "--topic", topic]
        for operation in operations { arguments += ["--operation", operation] }
        try await KafkaBroker.current.run(.acls, arguments)
        try await eventually("\(principal) sees \(topic)") {
            try await topics(configuration).contains(topic)
        }
    }

    @Test func `a user may do what an ACL allows, and the admin everything`() async throws {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("by-name")
        let admin = kafka.configuration(.saslPlaintext, plain(.admin))
        let gateway = kafka.configuration(.saslPlaintext, plain(.gateway))
        #expect(try await topics(admin).contains("by-name"))
        #expect(try await !topics(gateway).contains("by-name"))
        try await allow("User:gateway", ["Write", "Read"], topic: "by-name", seenBy: gateway)

        let producer = try Producer(gateway, .delivering(within: .seconds(60)))
        let message = ProducerMessage(topic: "by-name", key: [1], value: [2])
        #expect(try await producer.publish(message).offset == 0)
        await producer.close()
    }

    @Test func `a wrong password does not get in`() async throws {
        let kafka = try KafkaBroker.current
        let stranger = kafka.configuration(.saslPlaintext, plain(.admin, password: "wrong"))
        await #expect(throws: KafkaError.self) {
            try await topics(stranger, within: vainLimit)
        }
    }

    /// By Kafka's own client: librdkafka has the nonce twice before 2.6.1, which Kafka 4 refuses.
    @Test(arguments: ["SCRAM-SHA-256", "SCRAM-SHA-512"])
    func `a user gets in with SCRAM`(_ mechanism: String) async throws {
        let kafka = try KafkaBroker.current
        func list(_ password: String) async throws {
            try await withTemporaryFolder { folder in
                let login =
                    #"username="\#(KafkaUser.admin.rawValue)" password="\#(password)";"#
                let path = try folder.write(
                    """
                    security.protocol=SASL_PLAINTEXT
                    sasl.mechanism=\(mechanism)
                    sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
                    required \(login)
                    """,
                    to: "client.properties"
                )
                try await kafka.run(
                    .topics,
                    ["--list", "--command-config", path],
                    over: .saslPlaintext
                )
            }
        }
        try await list(KafkaUser.admin.password)
        await #expect(throws: SupportError.self) { try await list("wrong") }
    }

    @Test func `a client that trusts the authority gets in over TLS, another does not`()
        async throws
    {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("over-tls")
        let authority = try #require(kafka.certificates?.authority)
        let trusting = [
            KafkaProperty("security.protocol", "ssl"),
            KafkaProperty("ssl.ca.location", authority),
        ]
        let nameless = kafka.configuration(.ssl, trusting)
        #expect(try await topics(nameless).contains("over-tls"))
        let distrusting = kafka.configuration(.ssl, Array(trusting.prefix(1)))
        await #expect(throws: KafkaError.self) {
            try await topics(distrusting, within: vainLimit)
        }
    }

    @Test func `a client's certificate is its name`() async throws {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("by-certificate")
        let certificates = try #require(kafka.certificates)
        let client = kafka.configuration(
            .ssl,
            [
                KafkaProperty("security.protocol", "ssl"),
                KafkaProperty("ssl.ca.location", certificates.authority),
                KafkaProperty("ssl.certificate.location", certificates.clientCertificate),
                KafkaProperty("ssl.key.location", certificates.clientKey),
            ]
        )
        #expect(try await !topics(client).contains("by-certificate"))
        try await allow("User:CN=client", ["Describe"], topic: "by-certificate", seenBy: client)
    }

    /// A property of the setup itself, told by what a node does not do.
    @Test func `a node has the properties that its setup gives it`() async throws {
        let kafka = try KafkaBroker.current
        let producer = try Producer(kafka.configuration(), .delivering(within: vainLimit))
        let result = await outcome { () throws(PublishError) in
            try await producer.publish(ProducerMessage(topic: "unasked", key: nil, value: [1]))
        }
        await producer.close()
        guard case .failure = result else {
            Issue.record("\(result)")
            return
        }
        #expect(try await !topics(kafka.configuration()).contains("unasked"))
    }
}
