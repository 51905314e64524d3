import Kafka
import TestSupport
import Testing

@testable import OrderGateway

/// Properties of librdkafka, from each source.
struct KafkaPropertyTests {
    private static let both = [
        KafkaProperty("linger.ms", "5"), KafkaProperty("compression.type", "zstd"),
    ]

    @Test func `properties are repeated on the command line`() async throws {
        let found = try await configuration(
            flags: [.kafkaConfig: ["linger.ms=5", "compression.type=zstd"]]
        )
        #expect(found.kafkaProperties == Self.both)
    }

    @Test(arguments: ["linger.ms=5,compression.type=zstd", " linger.ms=5, compression.type=zstd"])
    func `properties are a list in the environment`(_ text: String) async throws {
        let found = try await configuration(environment: ["KAFKA_CONFIG": text])
        #expect(found.kafkaProperties == Self.both)
    }

    @Test(arguments: [
        #""linger.ms=5,compression.type=zstd""#, #"["linger.ms=5", "compression.type=zstd"]"#,
    ])
    func `properties are a list or an array in the file`(_ value: String) async throws {
        let found = try await configuration(file: #"{"kafka": {"config": \#(value)}}"#)
        #expect(found.kafkaProperties == Self.both)
    }

    @Test func `a property's value may be empty and hold equals signs`() async throws {
        let found = try await configuration(
            flags: [.kafkaConfig: ["client.id=", "sasl.password=a=b="]]
        )
        #expect(
            found.kafkaProperties == [
                KafkaProperty("client.id", ""), KafkaProperty("sasl.password", "a=b="),
            ]
        )
    }

    /// Each as it is given, and what its value is.
    static let values = [
        ("sasl.password", "one,two"), ("sasl.password", "a=b,c=d"), ("sasl.password", ","),
        ("sasl.password", "a,,b,"), ("sasl.password", "one, two"), ("sasl.password", "=,="),
        ("debug", "broker,topic"), ("sasl.password", "no.such.property=1,x"),
        ("sasl.password", "e\u{301},\u{301}=\u{301},"),
        ("sasl.oauthbearer.config", "principal=me scope=a,b"),
    ]

    @Test(arguments: values)
    func `a value may hold commas and equals signs, whatever its source`(
        _ name: String,
        _ value: String
    ) async throws {
        let text = "\(name)=\(value)"
        let expected = [KafkaProperty(name, value)]
        let json = text.replacing("\"", with: "\\\"")
        #expect(
            try await configuration(flags: [.kafkaConfig: [text]]).kafkaProperties == expected
        )
        #expect(
            try await configuration(environment: ["KAFKA_CONFIG": text]).kafkaProperties
                == expected
        )
        for file in [
            #"{"kafka": {"config": "\#(json)"}}"#, #"{"kafka": {"config": ["\#(json)"]}}"#,
        ] {
            #expect(try await configuration(file: file).kafkaProperties == expected)
        }
        #expect(try await properties(inFile: text) == expected)
        // And others beside it.
        #expect(
            try await configuration(environment: ["KAFKA_CONFIG": "acks=all,\(text),linger.ms=5"])
                .kafkaProperties
                == [KafkaProperty("acks", "all")] + expected + [KafkaProperty("linger.ms", "5")]
        )
    }

    private func properties(inFile text: String) async throws -> [KafkaProperty] {
        try await withTemporaryFolder { folder in
            let path = try folder.write(text, to: "kafka.properties")
            return try await configuration(flags: [.kafkaConfigFile: [path]]).kafkaProperties
        }
    }

    // MARK: The file of properties

    @Test func `a file has a property a line, comments and blank lines`() async throws {
        let text = """
            \u{FEFF}# Of the broker.
            linger.ms=5\r

              # indented=1
            \t compression.type = zstd \t
            sasl.password=a#b
            client.id=
            """
        #expect(
            try await properties(inFile: text)
                == Self.both + [
                    KafkaProperty("sasl.password", "a#b"), KafkaProperty("client.id", ""),
                ]
        )
        #expect(try await properties(inFile: "").isEmpty)
    }

    @Test(arguments: [
        ("linger.ms=5\nnonsense\n", 2, "it is not key=value"),
        ("\n\n=1", 3, "it is not key=value"),
        ("no.such.thing=1", 1, "has no property no.such.thing"),
        ("# x\nlinger.ms=often", 2, "queue.buffering.max.ms"),
        ("acks=1", 1, "acks cannot be changed"),
        ("sasl.password=a\u{0}b", 1, "NUL"),
    ])
    func `what is wrong in the file is told with its line`(
        _ text: String,
        _ line: Int,
        _ says: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "kafka.properties")
        let flag = await refusal(flags: [.kafkaConfigFile: [path]])
        #expect(
            flag.hasPrefix("--kafka-config-file from the command line: \(path), line \(line): "),
            "\(flag)"
        )
        #expect(flag.contains(says), "\(flag)")
        let variable = await refusal(environment: ["KAFKA_CONFIG_FILE": path])
        #expect(
            variable.hasPrefix(
                "--kafka-config-file from the environment variable KAFKA_CONFIG_FILE: \(path), line"
            )
        )
    }

    @Test func `a file that is not there is named`() async {
        #expect(
            await refusal(flags: [.kafkaConfigFile: ["/nowhere/x"]])
                == "--kafka-config-file from the command line: /nowhere/x: it cannot be read:"
                + " No such file or directory"
        )
    }

    /// librdkafka takes the last one of a name.
    @Test func `the file yields to properties, and these to variables of a name`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("sasl.password=1\nlinger.ms=1", to: "kafka.properties")
        let found = try await configuration(
            flags: [.kafkaConfig: ["sasl.password=2"], .kafkaConfigFile: [path]],
            environment: ["KAFKA_SASL_PASSWORD": "3"]
        )
        #expect(
            found.kafkaProperties == [
                KafkaProperty("sasl.password", "1"), KafkaProperty("linger.ms", "1"),
                KafkaProperty("sasl.password", "2"), KafkaProperty("sasl.password", "3"),
            ]
        )
    }

    // MARK: Variables of a property's name

    @Test(arguments: [
        ("KAFKA_SASL_PASSWORD", "sasl.password"), ("KAFKA_SASL_USERNAME", "sasl.username"),
        ("KAFKA_SSL_KEY_PASSWORD", "ssl.key.password"),
        ("KAFKA_SSL_KEYSTORE_PASSWORD", "ssl.keystore.password"),
        ("KAFKA_SSL_KEY_PEM", "ssl.key.pem"),
        ("KAFKA_SASL_OAUTHBEARER_CONFIG", "sasl.oauthbearer.config"),
    ])
    func `a secret is the value of a variable, or the content of a file that it names`(
        _ variable: String,
        _ name: String
    ) async throws {
        let folder = try TemporaryFolder()
        #expect(
            try await configuration(environment: [variable: "a,b=c "]).kafkaProperties
                == [KafkaProperty(name, "a,b=c ")]
        )
        for (content, value) in [
            ("a,b=c", "a,b=c"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a"), (" a b \n", " a b "),
            ("a\nb\n", "a\nb"),
        ] {
            let path = try folder.write(content, to: "secret")
            #expect(
                try await configuration(environment: ["\(variable)_FILE": path]).kafkaProperties
                    == [KafkaProperty(name, value)]
            )
        }
    }

    @Test func `a secret from two places is refused`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("two", to: "secret")
        #expect(
            await refusal(
                environment: ["KAFKA_SASL_PASSWORD": "one", "KAFKA_SASL_PASSWORD_FILE": path]
            ) == "KAFKA_SASL_PASSWORD_FILE: KAFKA_SASL_PASSWORD is set as well: give one of them"
        )
        #expect(
            try await configuration(
                environment: ["KAFKA_SASL_PASSWORD": "", "KAFKA_SASL_PASSWORD_FILE": path]
            ).kafkaProperties == [KafkaProperty("sasl.password", "two")]
        )
    }

    @Test func `a secret's file that is of no use is named with its variable`() async throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("\n", to: "empty")
        let zero = try folder.write("a\u{0}b", to: "zero")
        for (path, says) in [
            ("/nowhere/secret", "/nowhere/secret: it cannot be read: No such file or directory"),
            (folder.path, "\(folder.path): it is a folder"), (empty, "\(empty): it is empty"),
            ("/dev/zero", "/dev/zero: it is larger than 65536 bytes"), (zero, "NUL"),
        ] {
            let text = await refusal(environment: ["KAFKA_SASL_PASSWORD_FILE": path])
            #expect(text.hasPrefix("KAFKA_SASL_PASSWORD_FILE: "), "\(text)")
            #expect(text.contains(says), "\(text)")
        }
    }

    @Test func `variables of others are left alone`() async throws {
        let found = try await configuration(environment: [
            "KAFKA_PORT": "tcp://10.0.0.7:9092", "KAFKA_SERVICE_HOST": "10.0.0.7",
            "KAFKA_LINGER_MS": "5", "KAFKA_ADMIN_PASSWORD_FILE": "/nowhere", "KAFKA_": "x",
            "KAFKA__FILE": "x", "SASL_PASSWORD": "x",
        ])
        #expect(found.kafkaProperties.isEmpty)
    }

    // MARK: Secrets

    /// Whatever is wrong with it.
    @Test(arguments: [
        "hunter2", "=hunter2", "sasl.pasword=hunter2", "ssl.key.password:hunter2", "hunter2=",
        "hunter2=1", "sasl.jaas.config=hunter2", "linger.ms=1,2,hunter2", "acks=hunter2",
        "basic.auth.user.info=hunter2", "sasl.password=hunter2\u{0}", "Hunter2.Hunter2=1",
    ])
    func `a value that is refused is not shown`(_ text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "kafka.properties")
        let json = text.replacing("\u{0}", with: "\\u0000")
        let texts = [
            await refusal(flags: [.kafkaConfig: [text]]),
            await refusal(environment: ["KAFKA_CONFIG": text]),
            await refusal(flags: [.kafkaConfigFile: [path]]),
            await refusal(file: #"{"kafka": {"config": "\#(json)"}}"#),
            await refusal(file: #"{"kafka": {"config": ["\#(json)"]}}"#),
        ]
        for text in texts {
            #expect(text.contains("kafka-config"))
            #expect(!text.lowercased().contains("hunter2"), "\(text)")
        }
    }
}
