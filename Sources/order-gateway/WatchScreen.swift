internal import Glibc
internal import Text

/// Where a watched result is shown.
///
/// See ECMA-48 for the control sequences.
struct WatchScreen {
    /// The size of a terminal in characters.
    struct Size: Equatable {
        var columns: Int
        var rows: Int
    }

    private enum Limits {
        /// The size of a terminal that does not tell it.
        static let size = Size(columns: 80, rows: 24)
    }

    private let isText: Bool
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var isFirst = true
    /// What was printed to standard error last.
    private var problems: [String] = []

    init(isText: Bool) {
        self.isText = isText
    }

    /// Shows a result with the time.
    mutating func show(_ frame: Watch.Frame) throws(OutputError) {
        defer { isFirst = false }
        guard isTerminal, isText else { return try append(frame) }
        let lines =
            ["\(WallClock.system.now())  Ctrl-C stops", ""]
            + frame.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            + frame.problems.map(\.printable)
        // A clear screen at first. Later texts are written over the one before, which does not
        // flicker.
        let clear = isFirst ? "\u{1B}[2J" : ""
        try Console.text(clear + Self.drawing(lines, Self.size))
    }

    private mutating func append(_ frame: Watch.Frame) throws(OutputError) {
        if !frame.text.isEmpty {
            if isText { try Console.line((isFirst ? "" : "\n") + "\(WallClock.system.now())") }
            try Console.line(frame.text)
        }
        // Standard error gets a problem once, and not with every result.
        let new = frame.problems.filter { !problems.contains($0) }
        problems = frame.problems
        for problem in new { Console.error("order-gateway: \(problem.printable)") }
    }

    /// Returns the text that draws lines from the first row on, and clears the rest.
    ///
    /// What does not fit is cut off, because a line that wraps would move the others.
    static func drawing(_ lines: [String], _ size: Size) -> String {
        var shown = lines
        let rows = max(2, size.rows - 1)
        if lines.count > rows {
            shown = lines.prefix(rows - 1) + ["… \(lines.count - rows + 1) more lines"]
        }
        return "\u{1B}[H"
            + shown.map { "\($0.prefix(size.columns))\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    private static var size: Size {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return Limits.size }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
