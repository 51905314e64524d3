import TestSupport
import Testing

/// openapi.json beside what the program answers.
struct OpenAPITests {
    private static let id = "01a208ab-2d4b-7462-a68f-bd57fe5ff2bf"

    /// RFC 9110 §9.3.7: the answer to OPTIONS names the methods in `Allow`.
    @Test func `each path takes the methods that the contract has, and no others`() async throws {
        let paths = try JSONValue(parsing: Array(Repository.text(of: "openapi.json").utf8))["paths"]
        #expect(paths.keys.count >= 6)
        try await withDev(["--no-inventory"]) { gateway in
            for path in paths.keys {
                let reply = try await onThread {
                    try gateway.client()
                        .request("OPTIONS", path.replacing("{id}", with: Self.id))
                }
                let described = paths[path].keys.filter { $0 != "parameters" }
                var methods = Set(described.map { $0.uppercased() } + ["OPTIONS"])
                if methods.contains("GET") { methods.insert("HEAD") }
                let allowed = reply["Allow"]?.split(separator: ",").map {
                    String($0.trimmingPrefix(while: \.isWhitespace))
                }
                #expect(Set(allowed ?? []) == methods, "\(path)")
            }
        }
    }
}
