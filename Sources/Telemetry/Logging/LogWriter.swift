internal import CLinux
internal import Glibc
internal import Synchronization

/// Writes lines to a descriptor on its own thread.
///
/// So a descriptor that accepts no data, such as a pipe without a reader, blocks no other thread.
/// The thread starts with the first line. It ends when this object is released and all lines are
/// written.
final class LogWriter: Sendable {
    let queue = LogQueue()
    private let descriptor: Int32
    private let isStarted = Atomic(false)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { queue.end() }

    func write(_ line: [UInt8], isMinor: Bool, _ aboutLoss: @escaping LogSink.AboutLoss) {
        queue.put(line, isMinor: isMinor, aboutLoss)
        if !isStarted.load(ordering: .relaxed),
            !isStarted.exchange(true, ordering: .relaxed)
        {
            start()
        }
    }

    private func start() {
        let job = LogThread(queue: queue, output: LineOutput(descriptor))
        let context = Unmanaged.passRetained(job)
        let result = clinux_start_thread(
            "log",
            { argument in
                guard let argument else { return nil }
                Unmanaged<LogThread>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            // The next line tries again. Until then the queue keeps the lines that fit.
            context.release()
            isStarted.store(false, ordering: .relaxed)
            return
        }
    }
}

/// The work of the thread.
private final class LogThread {
    private let queue: LogQueue
    private var output: LineOutput
    /// The number of lines lost since the last report.
    private var lost = 0

    init(queue: LogQueue, output: LineOutput) {
        self.queue = queue
        self.output = output
    }

    func run() {
        // SIGPIPE is sent to the thread that writes (pipe(7)). With the signal blocked, write(2) still
        // reports EPIPE.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var aboutLoss: LogSink.AboutLoss?
        while let batch = queue.take() {
            for entry in batch.entries {
                lost += entry.lostBefore
                write(entry)
                queue.finish(entry)
                aboutLoss = entry.aboutLoss
            }
            guard batch.lostAfter > 0, let aboutLoss else { continue }
            lost += batch.lostAfter
            _ = tellOfLoss(aboutLoss)
        }
    }

    /// Writes a line; a line that cannot be written is lost and counted.
    ///
    /// The next line that can be written reports the loss.
    private func write(_ entry: LogQueue.Entry) {
        guard !tellOfLoss(entry.aboutLoss) || !output.write(entry.line) else { return }
        lost += 1
        queue.noteLoss()
    }

    private func tellOfLoss(_ text: LogSink.AboutLoss) -> Bool {
        guard lost > 0 else { return true }
        guard output.write(text(lost)) else { return false }
        lost = 0
        return true
    }
}

/// A descriptor that accepts lines.
private struct LineOutput {
    private let descriptor: Int32
    /// Whether the last line was cut off.
    private var isInsideLine = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Returns: Whether the complete line was written.
    mutating func write(_ line: [UInt8]) -> Bool {
        let end = UInt8(ascii: "\n")
        var rest = (isInsideLine ? [end] + line : line)[...]
        while !rest.isEmpty {
            let (count, error) = rest.withUnsafeBytes {
                (Glibc.write(descriptor, $0.baseAddress, $0.count), errno)
            }
            if count > 0 {
                isInsideLine = rest[rest.startIndex + count - 1] != end
                rest = rest.dropFirst(count)
            } else if count == 0 || error != EINTR {
                return false
            }
        }
        return true
    }
}
