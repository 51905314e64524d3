import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import OrderAPI

struct ContractRouteTests {
    private static let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

    private var root: URL {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }

    @Test(arguments: [
        ("/openapi.yaml", "application/yaml"), ("/openapi.json", "application/json"),
    ])
    func `the contract is served as it is in the repository`(
        _ path: String,
        _ type: String
    ) async throws {
        let response = try await GatewayFixture().handler.answer(
            "GET",
            path,
            fields: [("X-Correlation-ID", "mine")]
        )
        #expect(response.status == .ok)
        #expect(response[.contentType] == type)
        #expect(response[.vary] == "Accept")
        #expect(response[.correlationID] == "mine")
        let file = try Data(contentsOf: root.appending(path: path))
        #expect(response.body == Array(file))
    }

    @Test(arguments: [
        ("/openapi.yaml", "text/yaml", "text/yaml"),
        ("/openapi.yaml", "application/vnd.oai.openapi", "application/vnd.oai.openapi"),
        (
            "/openapi.yaml", "application/vnd.oai.openapi;version=3.1",
            "application/vnd.oai.openapi"
        ),
        ("/openapi.yaml", "application/openapi+yaml", "application/openapi+yaml"),
        ("/openapi.yaml", "application/x-yaml", "application/x-yaml"),
        ("/openapi.yaml", "text/*", "text/yaml"),
        ("/openapi.yaml", "application/*", "application/yaml"),
        ("/openapi.yaml", "text/yaml;q=0.5, application/yaml;q=0.9", "application/yaml"),
        ("/openapi.yaml", "application/yaml;q=0.5, text/yaml;q=0.9", "text/yaml"),
        ("/openapi.yaml", "*/*, application/yaml;q=0", "application/openapi+yaml"),
        ("/openapi.yaml", "text/html, */*;q=0.8", "application/yaml"),
        ("/openapi.json", "application/json", "application/json"),
        ("/openapi.json", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("/openapi.json", "application/openapi+json", "application/openapi+json"),
    ])
    func `it is given by the name that a client wants most`(
        _ path: String,
        _ accept: String,
        _ type: String
    ) async throws {
        let handler = try GatewayFixture().handler
        let response = try await handler.answer("GET", path, fields: [("Accept", accept)])
        #expect(response.status == .ok)
        #expect(response[.contentType] == type)
        let usual = try await handler.answer("GET", path)
        #expect(response.body == usual.body)
    }

    @Test(arguments: [
        ("/openapi.yaml", "application/json"), ("/openapi.yaml", "text/html"),
        ("/openapi.yaml", "application/vnd.oai.openapi+json"), ("/openapi.yaml", "*/*;q=0"),
        ("/openapi.json", "application/yaml"), ("/openapi.json", "application/vnd.oai.openapi"),
        ("/openapi.json", "text/*"),
    ])
    func `by no other`(_ path: String, _ accept: String) async throws {
        let response = try await GatewayFixture().handler.answer(
            "GET",
            path,
            fields: [("Accept", accept)]
        )
        #expect(response.status == .notAcceptable)
        #expect(try response.json["instance"].string == path)
    }

    @Test(.enabled(if: python != nil))
    func `both files say the same: make openapi writes the one from the other`() async throws {
        let ending = try await ChildProcess.run(
            try #require(Self.python),
            [
                root.appending(path: "Tests/Contract/openapi.py").path,
                root.appending(path: "openapi.yaml").path,
            ]
        )
        try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        let json = try String(contentsOf: root.appending(path: "openapi.json"), encoding: .utf8)
        #expect(ending.text == json)
    }

    @Test func `a YAML body is described as a text, and a JSON body as an object`() async throws {
        let response = try await GatewayFixture().handler.answer("GET", "/openapi.json")
        let contract = try response.json
        func types(_ path: String) -> [String: String] {
            let content = contract["paths"][path]["get"]["responses"]["200"]["content"]
            return content.keys.reduce(into: [:]) { types, name in
                let reference = content[name]["schema"]["$ref"].string ?? ""
                let schema = reference.split(separator: "/").last.map(String.init) ?? ""
                types[name] = contract["components"]["schemas"][schema]["type"].string
            }
        }
        let yaml = types("/openapi.yaml")
        #expect(yaml.count == 4)
        #expect(yaml.values.allSatisfy { $0 == "string" })
        let json = types("/openapi.json")
        #expect(json.count == 3)
        #expect(json.values.allSatisfy { $0 == "object" })
    }
}
