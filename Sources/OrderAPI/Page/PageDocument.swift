internal import Text

/// The live page: one HTML document, written as the files in `Document`.
struct PageDocument: Sendable {
    /// The whole document, with its style and script in it.
    let html: [UInt8]
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3), the same on every replica.
    let etag: String

    static let shared = PageDocument()

    /// The scripts in the order in which they stand in the page, where they are one module.
    private static let scripts = [
        PackageResources.dom_js, PackageResources.connection_js, PackageResources.stream_js,
        PackageResources.orders_js, PackageResources.place_js, PackageResources.trail_js,
        PackageResources.chart_js, PackageResources.status_js, PackageResources.main_js,
    ]

    private init() {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let script = Self.scripts.map(text).joined(separator: "\n")
        html = Array(
            text(PackageResources.page_html)
                .replacing("/* page.css */", with: text(PackageResources.page_css))
                .replacing("/* *.js */", with: script)
                .utf8
        )
        etag = "\"\(Base64.encode(SHA1.hash(html)))\""
    }
}
