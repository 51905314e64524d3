import TestSupport
import Testing

/// The dashboard for Grafana, which cannot be run here: what its file has to hold.
struct GrafanaDashboardTests {
    private let dashboard: JSONValue
    /// The panels without the headings of rows.
    private let panels: [JSONValue]

    init() throws {
        let text = try Repository.text(of: "Deploy/grafana/dashboards/order-gateway.json")
        dashboard = try JSONValue(parsing: Array(text.utf8))
        panels = dashboard["panels"].elements.filter { $0["type"] != "row" }
    }

    @Test func `each panel has an id of its own, a title, an explanation and a unit`() {
        let ids = dashboard["panels"].elements.map { $0["id"].integer }
        #expect(ids.count > 40)
        #expect(Set(ids).count == ids.count && !ids.contains(nil))
        #expect(Set(panels.map { $0["title"].string }).count == panels.count)
        for panel in panels {
            let title = panel["title"].string ?? ""
            #expect(!title.isEmpty)
            #expect(panel["description"].string?.hasSuffix(".") == true, "\(title)")
            #expect(panel["fieldConfig"]["defaults"]["unit"].string?.isEmpty == false, "\(title)")
            #expect(!panel["targets"].elements.isEmpty, "\(title)")
        }
    }

    @Test func `the four key figures are on top`() {
        #expect(panels.prefix(4).map { $0["title"] } == ["Lag", "Throughput", "Errors", "Latency"])
        for panel in panels.prefix(4) { #expect(panel["gridPos"]["y"] == 0) }
    }

    @Test func `no panel covers another`() throws {
        var taken: Set<[Int]> = []
        for panel in dashboard["panels"].elements {
            let grid = panel["gridPos"]
            let (x, y) = (try #require(grid["x"].integer), try #require(grid["y"].integer))
            let (w, h) = (try #require(grid["w"].integer), try #require(grid["h"].integer))
            #expect(x + w <= 24)
            for column in x..<x + w {
                for line in y..<y + h {
                    let isFree = taken.insert([column, line]).inserted
                    #expect(isFree, "\(panel["title"]) at \(column), \(line)")
                }
            }
        }
    }

    @Test func `every query goes by the variables for the source, the job and the gateway`() {
        let names = dashboard["templating"]["list"].elements.map { $0["name"].string }
        #expect(Set(names) == ["datasource", "job", "instance", "runbook"])
        for panel in panels {
            for target in panel["targets"].elements {
                let query = target["expr"].string ?? ""
                #expect(target["datasource"]["uid"] == "${datasource}", "\(query)")
                #expect(query.contains(#"job="$job""#) || query.contains("ALERTS"), "\(query)")
            }
        }
    }

    @Test func `every panel leads to sections of the runbook that exist`() throws {
        let sections = try MarkdownPage("docs/runbook.md").anchors
        for panel in panels {
            let links = panel["links"].elements.compactMap { $0["url"].string }
            #expect(!links.isEmpty, "\(panel["title"])")
            for link in links {
                #expect(link.hasPrefix("${runbook}#"))
                let section = String(link.drop { $0 != "#" }.dropFirst())
                #expect(sections.contains(section), "\(link)")
            }
        }
    }
}
