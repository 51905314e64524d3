import TestSupport
import Testing

/// What the program needs at run time (`readelf -d`, elf(5)).
struct LinkageTests {
    private func neededLibraries() async throws -> [String] {
        let ending = try await ChildProcess.run("readelf", ["-d", try BuiltProducts.orderGateway])
        #expect(ending.exitCode == 0)
        // 0x…01 (NEEDED)  Shared library: [libc.so.6]
        return ending.text.split(separator: "\n").filter { $0.contains("(NEEDED)") }.compactMap {
            guard let start = $0.firstIndex(of: "["), let end = $0.lastIndex(of: "]") else {
                return nil
            }
            return String($0[$0.index(after: start)..<end])
        }
    }

    @Test func `full Foundation and its libraries are not needed`() async throws {
        let needed = try await neededLibraries()
        #expect(needed.contains { $0.hasPrefix("librdkafka.so") }, "\(needed)")
        let unwanted = [
            "libFoundation.so", "libFoundationInternationalization.so", "lib_FoundationICU.so",
            "libFoundationNetworking.so", "libFoundationXML.so", "libxml2.so", "libicu",
        ]
        for library in needed {
            #expect(!unwanted.contains { library.hasPrefix($0) }, "\(library)")
        }
    }
}
