internal import Glibc
internal import OrderGateway
internal import OrderStreams

/// Shows the progress of a replay on standard error.
///
/// On a terminal it overwrites one line. Elsewhere it writes a new line from time to time.
struct ReplayProgressBar {
    private enum Limits {
        static let terminalInterval = Duration.milliseconds(100)
        static let otherInterval = Duration.seconds(10)
        static let width = 30
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?
    private(set) var seconds = 0.0

    mutating func show(_ progress: ReplayProgress) {
        let now = ContinuousClock.now
        seconds = (now - start) / .seconds(1)
        let isLast = progress.events >= progress.total
        let interval = isTerminal ? Limits.terminalInterval : Limits.otherInterval
        if let shown, now < shown + interval, !isLast { return }
        shown = now
        let line = text(progress)
        guard isTerminal else { return Console.error(line) }
        // Go to the start of the line, and erase the rest of a longer earlier text after writing.
        Console.errorText("\r\(line)\u{1B}[K" + (isLast ? "\n" : ""))
    }

    private func text(_ progress: ReplayProgress) -> String {
        let share = progress.total > 0 ? Double(progress.events) / Double(progress.total) : 1
        let done = Int(share * Double(Limits.width))
        let bar =
            String(repeating: "#", count: done)
            + String(repeating: "-", count: Limits.width - done)
        let rate = Double(progress.events) / max(seconds, 0.001)
        var text =
            "replay [\(bar)] \(Int(share * 100)) %  \(progress.events) of \(progress.total) events"
            + "  \(Int(rate))/s"
        if progress.events < progress.total, rate > 0 {
            text += "  \(Self.text(Double(progress.total - progress.events) / rate)) left"
        }
        return text
    }

    /// Returns a duration in a readable form.
    static func text(_ seconds: Double) -> String {
        guard seconds >= 60 else { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(seconds)
        guard whole >= 3600 else { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
