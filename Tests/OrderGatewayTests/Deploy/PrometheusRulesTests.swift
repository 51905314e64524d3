import TestSupport
import Testing

/// The rules for Prometheus, as its own tool sees them, and what operators are told.
struct PrometheusRulesTests {
    private func promtool(_ arguments: String...) async throws {
        let ending = try await ChildProcess.run("promtool", arguments)
        #expect(ending.exitCode == 0, "\(ending.text)\(ending.errorOutput)")
    }

    @Test(arguments: ["prometheus.yml", "kubernetes.yml"])
    func `promtool accepts the configuration and its rules`(_ name: String) async throws {
        let path = Repository.path("\(AlertRule.folder)/\(name)")
        try await promtool("check", "config", "--lint-fatal", path)
    }

    @Test(arguments: try AlertRule.tests())
    func `the rules pass their tests`(_ name: String) async throws {
        try await promtool("test", "rules", Repository.path("\(AlertRule.folder)/\(name)"))
    }

    @Test func `each alert is tested to fire and to be silent`() throws {
        let tests = try AlertRule.tests()
            .map { try Repository.text(of: "\(AlertRule.folder)/\($0)") }.joined()
        let lines = tests.split(separator: "\n")
        let alerts = try AlertRule.all()
        #expect(alerts.count > 20)
        for alert in alerts {
            #expect(tests.contains("- alertname: \(alert.name)\n"), "\(alert.name) never fires")
            let isSilent = lines.contains {
                $0.contains("{alertname: \(alert.name),") && $0.hasSuffix("exp_alerts: []}")
            }
            #expect(isSilent, "\(alert.name) is never silent")
        }
    }

    @Test func `each alert says how urgent it is, what happens, and where help is`() throws {
        let sections = try MarkdownPage("docs/runbook.md").anchors
        for alert in try AlertRule.all() {
            let severity = alert.text.firstMatch(of: /severity: (critical|warning)\n/)
            #expect(severity != nil, "\(alert.name)")
            for annotation in ["summary", "description"] {
                #expect(alert.text.contains("\n          \(annotation): \""), "\(alert.name)")
            }
            let section = alert.name.lowercased()
            let link = "runbook_url: \"{{ $externalURL }}/user/runbook.md#\(section)\""
            #expect(alert.text.contains(link), "\(alert.name)")
            #expect(sections.contains(section), "\(alert.name) is not in the runbook")
        }
    }

    @Test func `each section of the runbook that is named like an alert is one's`() throws {
        let names = Set(try AlertRule.all().map(\.name))
        let headings = try MarkdownPage("docs/runbook.md").lines
            .filter { $0.hasPrefix("## OrderGateway") }.map { String($0.dropFirst(3)) }
        #expect(Set(headings) == names)
        #expect(headings.count == names.count)
    }
}
