import Foundation
import Synchronization
package import Testing

/// Runs a test's body with a seeded generator, and prints the seed when the body fails.
///
/// The body fails when it throws, and when it records an issue (`#expect`, `#require`,
/// `Issue.record`).
///
/// - Parameters:
///   - seed: The seed. The default is the environment variable `TEST_SEED`, or a random seed.
///   - sourceLocation: The location for the report of a thrown error.
///   - body: The body of the test.
package func withSeededGenerator(
    seed: UInt64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (inout SeededGenerator) throws -> Void
) throws {
    let announcement = SeedAnnouncement(seed: seed ?? chosenSeed())
    var generator = SeededGenerator(seed: announcement.seed)
    // Every issue passes through `matching`, which accepts none of them as known.
    try withKnownIssue(isIntermittent: true, sourceLocation: sourceLocation) {
        try body(&generator)
    } matching: { _ in
        announcement.print()
        return false
    }
}

/// Does the same for a body that suspends.
package func withSeededGenerator(
    seed: UInt64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (inout SeededGenerator) async throws -> Void
) async throws {
    let announcement = SeedAnnouncement(seed: seed ?? chosenSeed())
    var generator = SeededGenerator(seed: announcement.seed)
    try await withKnownIssue(isIntermittent: true, sourceLocation: sourceLocation) {
        try await body(&generator)
    } matching: { _ in
        announcement.print()
        return false
    }
}

private func chosenSeed() -> UInt64 {
    ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64.max)
}

/// Prints a seed once, even if there are several issues.
private final class SeedAnnouncement: Sendable {
    let seed: UInt64
    private let isPrinted = Mutex(false)

    init(seed: UInt64) {
        self.seed = seed
    }

    func print() {
        let isFirst = isPrinted.withLock { isPrinted in
            defer { isPrinted = true }
            return !isPrinted
        }
        guard isFirst else { return }
        let test = Test.current?.name ?? "a seeded test"
        let line = "\(test) failed with TEST_SEED=\(seed); set that to see it again.\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
