import Testing

@testable import Kafka

struct ClientConfigurationTests {
    private func error(_ text: String) -> String? {
        do throws(KafkaError) {
            let property = KafkaProperty(parsing: text).map { [$0] } ?? []
            _ = try AdminClient(
                ClientConfiguration(
                    bootstrapServers: "127.0.0.1:1",
                    clientID: "test",
                    properties: property
                )
            )
            return nil
        } catch {
            #expect(error.isConfigurationError)
            return error.description
        }
    }

    @Test(arguments: ["no.such.property=1", "linger.ms=soon", "compression.type=zip"])
    func `a property that librdkafka does not take is named`(_ text: String) throws {
        let name = text.prefix { $0 != "=" }
        #expect(try #require(error(text)).contains(name))
    }

    @Test(arguments: [
        "acks=1", "acks=0", "request.required.acks=1", "enable.idempotence=false",
        "enable.auto.commit=true", "auto.offset.reset=latest", "group.id=other",
        "bootstrap.servers=elsewhere:9092",
    ])
    func `a property on which orders depend cannot be changed`(_ text: String) throws {
        #expect(try #require(error(text)).contains("cannot be changed"))
    }

    @Test(arguments: ["acks=all", "acks=-1", "enable.idempotence=true", "linger.ms=5"])
    func `a property that is harmless is taken`(_ text: String) {
        #expect(error(text) == nil)
    }

    @Test(arguments: [
        ("a=b", "a", "b"), ("a=", "a", ""), ("a=b=c", "a", "b=c"), ("a.b=c,d", "a.b", "c,d"),
    ])
    func `a property is read up to its first equals sign`(
        _ text: String,
        _ name: String,
        _ value: String
    ) {
        #expect(KafkaProperty(parsing: text) == KafkaProperty(name, value))
    }

    @Test(arguments: ["", "a", "=b", "="])
    func `what has no name or no value is no property`(_ text: String) {
        #expect(KafkaProperty(parsing: text) == nil)
    }

    @Test func `a property's value is not shown, for it may be a password`() {
        #expect("\(KafkaProperty("sasl.password", "secret"))" == "sasl.password=…")
    }
}
