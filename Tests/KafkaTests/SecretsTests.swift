import Synchronization
import Testing

@testable import Kafka

/// What librdkafka may say of passwords.
struct SecretsTests {
    private let secrets = Secrets([
        KafkaProperty("linger.ms", "5000"), KafkaProperty("sasl.username", "the-user"),
        KafkaProperty("sasl.password", "hunter2,a=b"), KafkaProperty("ssl.key.password", "abc"),
        KafkaProperty("sasl.oauthbearer.config", "principal=admiral  scope=everything"),
    ])

    @Test(arguments: [
        ("nothing of it", "nothing of it"), ("hunter2,a=b", "…"),
        ("a hunter2,a=b b hunter2,a=b", "a … b …"), ("hunter2,a=", "…"), ("x hunt", "x …"),
        ("x hun", "x hun"), ("hunter3", "hunter3"),
        ("beginning at: scope=everything", "beginning at: …"),
        ("not 'admiral'", "not '…'"), ("abc 5000 the-user", "abc 5000 the-user"), ("", ""),
    ])
    func `a secret, a word of it, and its beginning at the end of a text are hidden`(
        _ text: String,
        _ hidden: String
    ) {
        #expect(secrets.hidden(in: text) == hidden)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test func `what a client logs and keeps of a failure has no secret`() {
        let lines = Lines()
        let log = ClientLog({ lines.append($2) }, hiding: secrets)
        log.write(3, "FAIL", "[thrd:a:1/1]: a:1/1: SASL hunter2,a=b failed (after 2ms)")
        #expect(log.connectionFailure == "a:1/1: SASL … failed")
        #expect(lines.all == ["[thrd:a:1/1]: a:1/1: SASL … failed (after 2ms)"])
    }

    /// Properties whose names librdkafka knows by itself.
    @Test(arguments: [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "sasl.jaas.config",
        "sasl.kerberos.kinit.cmd",
    ])
    func `a secret is known by its name`(_ name: String) {
        #expect(KafkaProperty(name, "").isSecret)
        #expect(KafkaProperty.isKnown(name))
    }

    @Test(arguments: ["ssl.key.location", "security.protocol", "linger.ms", "sasl.username"])
    func `what is no secret is shown`(_ name: String) {
        #expect(!KafkaProperty(name, "").isSecret)
    }

    @Test(arguments: [
        ("linger.ms", true), ("acks", true), ("bootstrap.servers", true), ("partitioner", true),
        ("linger", false), ("", false), ("LINGER.MS", false), ("linger.ms\u{0}", false),
    ])
    func `librdkafka is asked for the names of properties`(_ name: String, _ isKnown: Bool) {
        #expect(KafkaProperty.isKnown(name) == isKnown)
    }

    @Test(arguments: [
        ("a=1", ["a=1"]), ("acks=all,linger.ms=5", ["acks=all", "linger.ms=5"]),
        ("sasl.password=a,b,linger.ms=5", ["sasl.password=a,b", "linger.ms=5"]),
        ("sasl.password=a,linger.ms", ["sasl.password=a,linger.ms"]),
        ("sasl.password=a,no.such=1", ["sasl.password=a,no.such=1"]),
        ("acks=all, linger.ms=5,", ["acks=all", "linger.ms=5,"]), ("", [""]), (",", [","]),
    ])
    func `a comma separates only before the name of a property`(
        _ text: String,
        _ texts: [String]
    ) {
        #expect(KafkaProperty.texts(in: text) == texts)
    }

    @Test(arguments: [
        ("ssl.key.pem=hunter2", nil), ("sasl.jaas.config=hunter2", "JAAS"),
        ("compression.type=hunter2", "compression.codec"),
        ("debug=broker,hunter2", "debug"), ("no.such.thing=hunter2", "no.such.thing"),
        ("hunter2=1", "of the name that was given"), ("sasl.password=hunter2\u{0}", "NUL"),
    ])
    func `an error names the property and not its value`(
        _ text: String,
        _ says: String?
    ) throws {
        let property = try #require(KafkaProperty(parsing: text))
        do throws(KafkaError) {
            try property.check()
            #expect(says == nil)
        } catch {
            #expect(error.isConfigurationError)
            #expect(error.description.contains(says ?? "no error"), "\(error)")
            #expect(!error.description.contains("hunter2"), "\(error)")
        }
    }

    @Test(arguments: [
        ("linger.ms=5,compresion.type=zstd", false), ("request.timeout.ms=5s", false),
        ("linger.ms=0.5", true), ("acks=-1", true), ("acks=all", true),
        ("socket.timeout.ms=0x2000", true), ("client.id=5s", true), ("partitioner=random", true),
    ])
    func `what is behind a number is not passed over`(_ text: String, _ isTaken: Bool) throws {
        let property = try #require(KafkaProperty(parsing: text))
        #expect(((try? property.check()) != nil) == isTaken)
    }

    @Test func `what a client cannot be made with is not shown`() {
        let configuration = ClientConfiguration(
            bootstrapServers: "127.0.0.1:1",
            clientID: "test",
            properties: [
                KafkaProperty("security.protocol", "ssl"), KafkaProperty("ssl.key.pem", "hunter2"),
            ]
        )
        let error = #expect(throws: KafkaError.self) { try AdminClient(configuration) }
        #expect(error?.description.contains("ssl.key.pem") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
