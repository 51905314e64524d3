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
        let ok = #"{"status":"ok","since":"2027-01-15T08:00:00.123Z"}"#
        let expected = #"{"status":"ok","checks":{"http":\#(ok),"event_loops":\#(ok)}}"#
        #expect(String(decoding: response.body, as: UTF8.self) == expected)
    }

    @Test func `at first nothing is ready`() async throws {
        let gateway = try GatewayFixture(hasCaughtUp: false)
        let response = try await gateway.handler.answer("GET", "/readyz")
        #expect(response.status == .serviceUnavailable)
        #expect(response[.cacheControl] == "no-store")
        let json = try response.json
        #expect(json["status"] == "unavailable")
        let names = ["disk", "event_loops", "http", "kafka", "projection", "read_model", "saga"]
        #expect(json["checks"].keys == names)
        #expect(json["checks"]["event_loops"]["status"] == "ok")
        for name in names where name != "event_loops" {
            #expect(json["checks"][name]["status"] == "unavailable")
            #expect(json["checks"][name]["reason"] == "starting")
            #expect(json["checks"][name]["since"] == "2027-01-15T08:00:00.123Z")
        }
    }

    @Test func `a process with an event loop that hangs is not alive`() async throws {
        let gateway = try GatewayFixture()
        gateway.health.fail(.kafka, "away")
        #expect(try await gateway.handler.answer("GET", "/healthz").status == .ok)
        gateway.health.fail(.eventLoops, "http-1 hangs")
        let response = try await gateway.handler.answer("GET", "/healthz")
        #expect(response.status == .serviceUnavailable)
        let json = try response.json
        #expect(json["status"] == "unavailable")
        #expect(json["checks"]["event_loops"]["reason"] == "http-1 hangs")
        #expect(json["checks"].keys == ["event_loops", "http"])
    }

    @Test func `it is ready once every part is`() async throws {
        let gateway = try GatewayFixture()
        for part in Health.Part.ofGateway where part != .eventLoops && part != .projection {
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
        for part in Health.Part.ofGateway { gateway.health.succeed(part) }
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
