import HTTPServer
import TestSupport
import Testing
import Text

@testable import OrderAPI

/// The live page as it is sent, without a browser.
struct PageRouteTests {
    private func page(_ fields: [(String, String)] = []) async throws -> Response {
        try await GatewayFixture().handler.answer("GET", "/", fields: fields)
    }

    private func text() async throws -> String {
        String(decoding: try await page().body, as: UTF8.self)
    }

    @Test func `the page is HTML that a cache has to ask for again`() async throws {
        let response = try await page([("X-Correlation-ID", "mine")])
        #expect(response.status == .ok)
        #expect(response[.contentType] == "text/html; charset=utf-8")
        #expect(response[.cacheControl] == "no-cache")
        #expect(response[.contentTypeOptions] == "nosniff")
        #expect(response[.referrerPolicy] == "no-referrer")
        #expect(response[.correlationID] == "mine")
        #expect(String(decoding: response.body, as: UTF8.self).hasPrefix("<!doctype html>\n"))
    }

    @Test func `a browser that has the page is answered 304`() async throws {
        let tag = try #require(try await page()[.eTag])
        #expect(tag.wholeMatch(of: /"[A-Za-z0-9+\/]{27}="/) != nil)
        let again = try await page([("If-None-Match", tag)])
        #expect(again.status == .notModified)
        #expect(again[.eTag] == tag)
        #expect(again.body.isEmpty)
        #expect(try await page([("If-None-Match", "\"other\"")]).status == .ok)
        #expect(try await page([("If-Match", "\"other\"")]).status == .preconditionFailed)
    }

    @Test(arguments: [
        ("text/html", Status.ok), ("*/*", .ok), ("text/*;q=0.1", .ok),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .ok),
        ("application/json", .notAcceptable), ("text/html;q=0", .notAcceptable),
    ])
    func `the page is for those who accept HTML`(_ accept: String, _ status: Status) async throws {
        let response = try await page([("Accept", accept)])
        #expect(response.status == status)
        if status == .notAcceptable { #expect(try response.json["instance"].string == "/") }
    }

    // MARK: The policy

    @Test func `a browser may execute the page's own script and nothing else`() async throws {
        let policy = try #require(try await page()[.contentSecurityPolicy])
        let directives = policy.split(separator: "; ").map(String.init)
        #expect(
            directives == [
                "default-src 'none'",
                "script-src 'sha256-\(PagePolicy.script)'",
                "style-src 'sha256-\(PagePolicy.style)'",
                "connect-src 'self'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            ]
        )
    }

    @Test(arguments: [
        ("style", "<style>", PagePolicy.style),
        ("script", "<script type=\"module\">", PagePolicy.script),
    ])
    func `the policy has the digest of what is in the page`(
        _ element: String,
        _ start: String,
        _ digest: String
    ) async throws {
        let pieces = try await text().split(separator: start, omittingEmptySubsequences: false)
        try #require(pieces.count == 2, "the page has one \(element)")
        let end = try #require(pieces[1].firstRange(of: "</\(element)>"))
        let content = String(pieces[1][..<end.lowerBound])
        let expected = try await SHA256.base64(of: content)
        #expect(digest == expected, "PagePolicy.\(element) has to be \"\(expected)\"")
    }

    // MARK: The document

    @Test func `every file of the document is in the page`() async throws {
        let page = try await text()
        let names = try Repository.names(in: "Sources/OrderAPI/Page/Document")
        #expect(names.count > 3)
        for name in names where name != "page.html" {
            let file = try Repository.text(of: "Sources/OrderAPI/Page/Document/\(name)")
            #expect(page.contains(file), "\(name)")
        }
        #expect(!page.contains("/* page.css */") && !page.contains("/* *.js */"))
    }

    @Test func `the page loads nothing from another address`() async throws {
        let page = try await text()
        // The namespace of SVG is a name; nobody asks for it.
        let rest = page.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!rest.contains("http:") && !rest.contains("https:") && !rest.contains("url("))
        #expect(!page.contains(/<script[^>]+src=/) && !page.contains(/<link[^>]+stylesheet/))
        #expect(!page.contains("@import"))
    }

    /// The policy would stop the browser, but only when a reader is there.
    @Test(arguments: [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "setHTMLUnsafe", "srcdoc",
        "DOMParser", "createContextualFragment", "eval(", "Function(", "javascript:",
    ])
    func `no text becomes HTML or a script`(_ sink: String) async throws {
        #expect(try await !text().contains(sink))
    }

    @Test func `nothing in the page needs an exception from the policy`() async throws {
        let page = try await text()
        #expect(!page.contains(/<[^>]*\sstyle=/) && !page.contains(/<[^>]*\son[a-z]+=/))
    }

    @Test func `the page is small`() async throws {
        #expect(try await page().body.count < 100_000)
    }
}

/// The digest that a Content Security Policy names, made by another program.
private enum SHA256 {
    static func base64(of text: String) async throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "content")
        let ending = try await ChildProcess.run("sha256sum", [file])
        try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        let digits = Array(ending.text.prefix(64))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        try #require(bytes.count == 32, "\(ending.text)")
        return Base64.encode(bytes)
    }
}
