import Foundation
import TestSupport
import Testing

/// The profile `monitoring` of `docker-compose.yml`, and the files that its services read.
///
/// No container engine is asked: what can be compared without one is.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil))
struct MonitoringProfileTests {
    /// A file in YAML, as Python reads it.
    private func yaml(_ name: String) async throws -> JSONValue {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        let script = """
            import json, sys, yaml
            json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)
            """
        let ending = try await ChildProcess.run(python, ["-c", script, Repository.path(name)])
        guard ending.exitCode == 0 else { throw SupportError(ending.errorOutput) }
        return try JSONValue(parsing: ending.output)
    }

    /// Where a folder of the repository is in a container, by the volumes of its service.
    private func mounts(_ service: JSONValue) -> [String: String] {
        var mounts: [String: String] = [:]
        for volume in service["volumes"].elements.compactMap(\.string) {
            let parts = volume.split(separator: ":").map(String.init)
            if parts[0].hasPrefix("./") { mounts[String(parts[0].dropFirst(2))] = parts[1] }
        }
        return mounts
    }

    @Test func `Prometheus and Grafana start only with the profile, and in one version`()
        async throws
    {
        let services = try await yaml("docker-compose.yml")["services"]
        for name in services.keys {
            let isMonitoring = ["prometheus", "grafana"].contains(name)
            let profiles = services[name]["profiles"]
            #expect(profiles == (isMonitoring ? .array(["monitoring"]) : .null), "\(name)")
            let image = services[name]["image"].string ?? ""
            if isMonitoring {
                #expect(image.wholeMatch(of: /[a-z\/]+:v?\d+\.\d+\.\d+/) != nil, "\(image)")
            }
        }
    }

    @Test func `what is mounted exists, and is where the services look for it`() async throws {
        let services = try await yaml("docker-compose.yml")["services"]
        let prometheus = mounts(services["prometheus"])
        let grafana = mounts(services["grafana"])
        for folder in Array(prometheus.keys) + Array(grafana.keys) {
            #expect(Repository.exists(folder), "\(folder)")
        }
        let flags = services["prometheus"]["command"].elements.compactMap(\.string)
        let rules = try #require(prometheus["Deploy/prometheus"])
        #expect(flags.contains("--config.file=\(rules)/prometheus.yml"))
        let docs = try #require(prometheus["docs"])
        #expect(flags.contains("--web.user-assets=\(docs)"))

        let provider = try await yaml("Deploy/grafana/provisioning/dashboards/order-gateway.yml")
        #expect(
            provider["providers"][0]["options"]["path"].string
                == grafana["Deploy/grafana/dashboards"]
        )
        #expect(grafana["Deploy/grafana/provisioning"] == "/etc/grafana/provisioning")
    }

    @Test func `Grafana asks Prometheus, which asks the gateway`() async throws {
        let services = try await yaml("docker-compose.yml")["services"]
        let source = try await yaml("Deploy/grafana/provisioning/datasources/prometheus.yml")
        #expect(services.keys.contains("prometheus"))
        #expect(source["datasources"][0]["url"] == "http://prometheus:9090")
        let configuration = try await yaml("Deploy/prometheus/prometheus.yml")
        #expect(
            source["datasources"][0]["jsonData"]["timeInterval"]
                == configuration["global"]["scrape_interval"]
        )
        let job = configuration["scrape_configs"][0]
        #expect(job["job_name"] == "order-gateway")
        #expect(job["static_configs"][0]["targets"] == .array(["gateway:8080"]))
        #expect(services["gateway"]["ports"][0].string?.hasSuffix(":8080") == true)
        let other = try await yaml("Deploy/prometheus/kubernetes.yml")
        #expect(other["rule_files"] == configuration["rule_files"])
        #expect(other["scrape_configs"][0]["job_name"] == job["job_name"])
    }
}
