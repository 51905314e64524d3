import HTTPServer
import TestSupport
import Testing

@testable import OrderAPI
@testable import Telemetry

struct HealthRoutesTests {
    @Test func `a process that answers is alive`() async throws {
        let response = try await GatewayFixture().handler.answer("GET", "/healthz")
        #expect(response.status == .ok)
        #expect(response[.contentType] == "application/json")
        #expect(response[.cacheControl] == "no-store")
        #expect(response[.correlationID] != nil)
        let expected = #"{"status":"ok","checks":{"http":{"status":"ok"}}}"#
        #expect(String(decoding: response.body, as: UTF8.self) == expected)
    }

    @Test func `at first nothing is ready`() async throws {
        let gateway = try GatewayFixture(hasCaughtUp: false)
        let response = try await gateway.handler.answer("GET", "/readyz")
        #expect(response.status == .serviceUnavailable)
        #expect(response[.cacheControl] == "no-store")
        let json = try response.json
        #expect(json["status"] == "unavailable")
        #expect(json["checks"].keys == ["http", "kafka", "projection", "read_model", "saga"])
        for name in json["checks"].keys {
            #expect(json["checks"][name]["status"] == "unavailable")
            #expect(json["checks"][name]["reason"] == "starting")
        }
    }

    @Test func `it is ready once every part is`() async throws {
        let gateway = try GatewayFixture()
        let parts: [Health.Part] = [.http, .kafka, .readModel, .projection, .saga]
        for part in parts {
            #expect(!gateway.health.isReady)
            gateway.health.succeed(part)
        }
        #expect(gateway.health.isReady)
        let response = try await gateway.handler.answer("GET", "/readyz")
        #expect(response.status == .ok)
        #expect(try response.json["status"] == "ok")
        #expect(try response.json["checks"]["kafka"]["reason"] == .null)
    }

    @Test func `a part that fails is named with its reason`() async throws {
        let gateway = try GatewayFixture()
        for part in [Health.Part.http, .kafka, .readModel, .projection, .saga] {
            gateway.health.succeed(part)
        }
        gateway.health.fail(.kafka, "the broker said \"no\"")
        let response = try await gateway.handler.answer("GET", "/readyz")
        #expect(response.status == .serviceUnavailable)
        let checks = try response.json["checks"]
        #expect(checks["kafka"]["status"] == "unavailable")
        #expect(checks["kafka"]["reason"] == "the broker said \"no\"")
        #expect(checks["http"]["status"] == "ok")
        gateway.health.succeed(.kafka)
        #expect(try await gateway.handler.answer("GET", "/readyz").status == .ok)
    }

    @Test func `the same failure is news once`() {
        let health = Health(parts: [.kafka])
        #expect(health.fail(.kafka, "away"))
        #expect(!health.fail(.kafka, "away"))
        #expect(health.fail(.kafka, "still away"))
        health.succeed(.kafka)
        #expect(health.fail(.kafka, "still away"))
    }

    @Test func `parts that do not count change nothing`() {
        let health = Health(parts: [.http])
        health.succeed(.http)
        health.fail(.inventory, "away")
        #expect(health.isReady)
        #expect(health.checks().map { "\($0.name)" } == ["http"])
    }
}
