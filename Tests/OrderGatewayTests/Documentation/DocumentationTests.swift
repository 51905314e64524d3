import TestSupport
import Testing

/// What the pages of the documentation name exists.
struct DocumentationTests {
    @Test func `every link leads to a file, and to a heading in it`() throws {
        for page in try MarkdownPage.all() {
            for (path, anchor) in page.links {
                let target = path.isEmpty ? page.name : page.target(of: path)
                #expect(Repository.exists(target), "\(page.name): \(path)")
                guard let anchor, target.hasSuffix(".md"), Repository.exists(target) else {
                    continue
                }
                let anchors = try MarkdownPage(target).anchors
                #expect(anchors.contains(String(anchor)), "\(page.name): \(path)#\(anchor)")
            }
        }
    }

    @Test func `every path of the repository that is named exists`() throws {
        let top = Set(try Repository.names())
        let targets = Set(try Repository.names(in: "Sources"))
        let swiftFiles = try Repository.files(below: "Sources", ending: ".swift")
        let fileNames = Set(
            swiftFiles.compactMap { $0.split(separator: "/").last.map(String.init) }
        )
        for page in try MarkdownPage.all() {
            for span in page.codeSpans {
                if span.wholeMatch(of: /[\w+-]+\.swift/) != nil {
                    // Some stand at the top, such as Package.swift.
                    let isThere = fileNames.contains(String(span)) || top.contains(String(span))
                    #expect(isThere, "\(page.name): \(span)")
                }
                guard span.wholeMatch(of: /[A-Za-z][\w.+-]*(\/[\w.+-]+)+\/?/) != nil else {
                    continue
                }
                let first = String(span.prefix { $0 != "/" })
                if top.contains(first) {
                    #expect(Repository.exists(String(span)), "\(page.name): \(span)")
                } else if targets.contains(first) {
                    #expect(Repository.exists("Sources/\(span)"), "\(page.name): \(span)")
                }
            }
        }
    }

    @Test func `every target of make that is named exists`() throws {
        let makefile = try Repository.text(of: "Makefile")
        for page in try MarkdownPage.all() {
            for line in page.lines {
                for match in line.matches(of: /(?:`|^ {4})make ([a-z-]+)/) {
                    #expect(makefile.contains("\n\(match.1):"), "\(page.name): make \(match.1)")
                }
            }
        }
    }
}
