import Synchronization

/// What a process has written so far.
final class CapturedOutput: Sendable {
    /// More than any test reads; a runaway process must not take the machine's memory.
    static let limitBytes = 512 << 20

    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: some Collection<UInt8>) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: more.prefix(Self.limitBytes - bytes.count))
        }
    }

    var text: String { String(decoding: content, as: UTF8.self) }

    var content: [UInt8] { bytes.withLock { $0 } }
}
