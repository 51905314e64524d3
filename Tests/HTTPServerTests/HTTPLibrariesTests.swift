import Testing

@testable import HTTPServer

struct HTTPLibrariesTests {
    @Test func `the libraries that are loaded tell their versions`() {
        for version in [HTTPLibraries.nghttp2Version, HTTPLibraries.zlibVersion] {
            #expect(version.wholeMatch(of: /\d+\.\d+(\.\d+)?.*/) != nil, "\(version)")
        }
    }
}
