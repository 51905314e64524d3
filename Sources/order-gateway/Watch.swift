internal import Glibc
internal import OrderGateway

/// Prints a result once, or again and again until the command is stopped (`--watch`).
///
/// On a terminal, a new result takes the place of the one before. Elsewhere it follows it. Ctrl-C
/// and a closed pipe end it without an error.
struct Watch {
    static let flag = Command.Option(
        name: "watch",
        value: .boolean(default: false),
        help: "Show it again and again, until Ctrl-C."
    )
    static let interval = Command.Option(
        name: "interval",
        value: .text(placeholder: "SECONDS"),
        help: "The time between two looks with --watch. Default: 1."
    )

    /// A result.
    struct Frame {
        var text: String
        /// What went wrong, in one line each; printed to standard error.
        var problems: [String] = []
        /// The exit code of a command that looks once; `nil` for success.
        var exit: ExitCode?
    }

    private enum Limits {
        static let interval = Duration.seconds(1)
        /// From as fast as a person can see to once a day.
        static let intervalSeconds = 0.1...86_400
    }

    /// The signals that end the program by default; ignored ones make write(2) fail instead.
    private static let signals = [
        SignalEffect.Row(SIGINT, "SIGINT", .stop), SignalEffect.Row(SIGTERM, "SIGTERM", .stop),
        SignalEffect.Row(SIGHUP, "SIGHUP", .stop), SignalEffect.Row(SIGQUIT, "SIGQUIT", .stop),
        SignalEffect.Row(SIGPIPE, "SIGPIPE", .ignore),
    ]

    /// `nil` to look once.
    private let interval: Duration?
    private let isText: Bool

    /// - Parameter isText: Whether the results are for people, and not for programs.
    /// - Throws: ``UsageError``
    init(_ invocation: Invocation, isText: Bool) throws(UsageError) {
        self.isText = isText
        let isWatching = invocation.isOn(Self.flag)
        var interval = Limits.interval
        if let text = invocation.text(Self.interval) {
            guard let seconds = Double(text), Limits.intervalSeconds.contains(seconds) else {
                throw UsageError(
                    "--interval: '\(text)' is not a number of seconds from 0.1 to 86400"
                )
            }
            guard isWatching else { throw UsageError("--interval needs --watch") }
            interval = .seconds(seconds)
        }
        self.interval = isWatching ? interval : nil
    }

    /// Looks once, or until a signal asks to stop.
    ///
    /// - Parameter look: Makes the result. When it is watched, its errors are shown, and the next
    ///   look follows.
    func run(_ look: @escaping @Sendable () async throws -> Frame) async throws {
        guard let interval else {
            let frame = try await look()
            if !frame.text.isEmpty { try Console.line(frame.text) }
            for problem in frame.problems { Console.error("order-gateway: \(problem.printable)") }
            if let exit = frame.exit { throw exit }
            return
        }
        let signals = await StopSignals(Self.signals)
        let (ends, report) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
        signals.whenAsked { _ in report.yield(.success(())) }
        // A look may block for seconds, so the program ends without waiting for it.
        let task = Task {
            do {
                try await Self.repeat(look, every: interval, isText: isText)
                report.yield(.success(()))
            } catch {
                report.yield(.failure(error))
            }
        }
        defer { task.cancel() }
        for await end in ends { return try end.get() }
    }

    /// Looks until nobody reads the results any more.
    private static func `repeat`(
        _ look: @Sendable () async throws -> Frame,
        every interval: Duration,
        isText: Bool
    ) async throws {
        var screen = WatchScreen(isText: isText)
        while true {
            var frame: Frame
            do {
                frame = try await look()
            } catch {
                frame = Frame(text: "", problems: ["\(Failure.text(of: error)); trying again"])
            }
            do throws(OutputError) {
                try screen.show(frame)
            } catch {
                guard error.code != EPIPE else { return }
                throw error
            }
            try await Task.sleep(for: interval)
        }
    }
}
