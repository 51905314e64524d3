import Foundation
import FuzzTargets
import Testing

/// What the fuzzers began with, and what they have found.
struct CorpusTests {
    @Test(arguments: FuzzTarget.allCases)
    func `every input of the corpus is handled`(_ target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/\(target.rawValue)")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            target.run(bytes)
            // And everything that a connection may have brought of it by any time.
            for count in bytes.indices { target.run(Array(bytes[..<count])) }
        }
    }
}
