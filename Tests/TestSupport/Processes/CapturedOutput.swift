import Synchronization

/// The output of a process so far.
final class CapturedOutput: Sendable {
    /// The limit, which is more than any test reads; a faulty process must not fill the machine's
    /// memory.
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
