import Foundation
import Testing
import Text

@testable import OrderGateway

struct ProcessMetricsTests {
    private let process = ProcessMetrics()

    @Test func `the kernel's numbers of this process are read`() {
        #expect(process.cpuSeconds > 0)
        #expect(process.residentBytes > 1 << 20)
        #expect(process.virtualBytes > process.residentBytes)
        #expect(process.threads >= 1)
        #expect(process.mostDescriptors >= process.openDescriptors)
    }

    @Test func `an open file is one more descriptor`() throws {
        // Other tests open and close descriptors at the same time, but not as many.
        let before = process.openDescriptors
        var files: [FileHandle] = []
        for _ in 0..<500 {
            files.append(try FileHandle(forReadingFrom: URL(filePath: "/dev/null")))
        }
        #expect(process.openDescriptors > before + 250)
        withExtendedLifetime(files) {}
    }
}
