import Testing

@testable import Kafka

struct LibraryVersionTests {
    @Test func `a number has a byte for each part`() {
        #expect(LibraryVersion(number: 0x0200_02FF) == LibraryVersion(2, 0, 2))
        #expect(LibraryVersion(number: 0x020E_01FF).description == "2.14.1")
    }

    @Test func `versions are ordered by their numbers`() {
        #expect(LibraryVersion(2, 0, 2) < LibraryVersion(2, 6, 1))
        #expect(LibraryVersion(2, 6, 0) < LibraryVersion(2, 6, 1))
        #expect(LibraryVersion(2, 6, 1) < LibraryVersion(2, 10, 0))
        #expect(LibraryVersion(2, 16, 0) < LibraryVersion(3, 0, 0))
    }

    @Test func `the loaded library has the version that is needed`() {
        #expect(LibraryVersion.loaded >= LibraryVersion(2, 0, 0))
    }
}
