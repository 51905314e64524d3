import Synchronization
import TestSupport
import Testing

@testable import Telemetry
import Text

struct LoggerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
            Logger(
                label: "gateway",
                level: level,
                format: format,
                clock: WallClock { Timestamp(millisecondsSinceEpoch: 1_800_000_000_123) },
                sink: LogSink { line in
                    self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
                }
            )
        }
    }

    private let lines = Lines()

    @Test func `a line for a person`() {
        lines.logger(.text).info("listening", metadata: ["port": "8080", "address": "::1"])
        #expect(lines.all == ["2027-01-15T08:00:00.123Z info listening address=::1 port=8080\n"])
    }

    @Test(arguments: [
        ("plain", "plain"), ("ünïcode", "ünïcode"), ("two words", #""two words""#),
        ("", #""""#), (#"a"b"#, #""a\"b""#), ("a\nb", #""a\nb""#), ("a\r\tb", #""a\r\tb""#),
        ("\u{1B}[31m", #""\u001b[31m""#), ("a=b", "a=b"),
    ])
    func `a value stays one word on one line`(_ value: String, _ written: String) {
        lines.logger(.text).info("m", metadata: ["k": "\(value)"])
        #expect(lines.all == ["2027-01-15T08:00:00.123Z info m k=\(written)\n"])
    }

    @Test(arguments: LogFormat.allCases)
    func `a message stays on one line`(_ format: LogFormat) {
        lines.logger(format).error("first\nsecond \"third\"\r\u{1B}", metadata: ["k": "a\nb"])
        #expect(lines.all.count == 1)
        let controls = lines.all[0].unicodeScalars.filter { $0.value < 0x20 }
        #expect(controls.map(\.value) == [0x0A])
        #expect(lines.all[0].hasSuffix("\n"))
    }

    @Test func `a line for a machine`() throws {
        var logger = lines.logger(.json)
        logger[metadataKey: "part"] = "test"
        logger.warning("it \"failed\"\nbadly", metadata: ["reason": "a\nb", "key \"1\"": "v"])
        let line = try #require(lines.all.first)
        let expected =
            #"{"timestamp":"2027-01-15T08:00:00.123Z","level":"warning","logger":"gateway","#
            + #""message":"it \"failed\"\nbadly","key \"1\"":"v","part":"test","reason":"a\nb"}"#
        #expect(line == "\(expected)\n")
        #expect(try JSONValue(parsing: Array(line.utf8))["message"] == "it \"failed\"\nbadly")
    }

    @Test func `what a call says wins over what the logger says`() {
        var logger = lines.logger(.text)
        logger[metadataKey: "k"] = "logger"
        logger.info("m")
        logger.info("m", metadata: ["k": "call"])
        #expect(lines.all.map { $0.dropFirst(32) } == ["k=logger\n", "k=call\n"])
    }

    @Test func `less important lines are left out`() {
        let logger = lines.logger(.text, level: .warning)
        logger.info("no")
        logger.warning("yes")
        #expect(lines.all == ["2027-01-15T08:00:00.123Z warning yes\n"])
    }

    @Test func `a change of the level holds for every copy, and is told at level notice`() {
        let logger = lines.logger(.text, level: .error)
        var copy = logger
        copy[metadataKey: "part"] = "saga"
        #expect(logger.changeLevel(to: .debug, metadata: ["client": "::1"]) == .error)
        #expect(copy.logLevel == .debug)
        copy.debug("yes")
        #expect(copy.changeLevel(to: .critical) == .debug)
        logger.error("no")
        // What changes nothing is no news.
        #expect(logger.changeLevel(to: .critical) == .critical)
        let expected = [
            "notice log level changed client=::1 from=error to=debug\n",
            "debug yes part=saga\n", "notice log level changed from=debug to=critical\n",
        ]
        #expect(lines.all.map { String($0.dropFirst(25)) } == expected)
    }

    @Test func `records are counted by their level`() {
        let logger = lines.logger(.text)
        logger.debug("left out")
        logger.info("m")
        for _ in 0..<3 { logger.warning("m") }
        logger.put(Array("another log's\n".utf8))
        let counts = Logger.Level.allCases.map { logger.lineCount(of: $0) }
        #expect(counts == [0, 0, 1, 0, 3, 0, 0])
        #expect(logger.lostLineCount == 0)
        #expect(lines.all.last == "another log's\n")
    }

    @Test func `lines of another log are never left out`() {
        let logger = lines.logger(.text, level: .critical)
        for _ in 0..<1_000 { logger.put(Array("m\n".utf8)) }
        #expect(lines.all.count == 1_000)
    }

    @Test func `what is left out is not even put together`() {
        var evaluations = 0
        func counted<Value>(_ value: Value) -> Value {
            evaluations += 1
            return value
        }
        let logger = lines.logger(.text, level: .notice)
        logger.info(counted("m"), metadata: counted(["k": "v"]))
        logger.log(level: .trace, counted("m"), metadata: counted(["k": "v"]))
        #expect(evaluations == 0)
        logger.notice(counted("m"), metadata: counted(["k": "v"]))
        #expect(evaluations == 2)
        #expect(lines.all.count == 1)
    }

    @Test func `levels have their names and their order`() {
        let names = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        #expect(Logger.Level.allCases.map(\.rawValue) == names)
        #expect(names.map { Logger.Level(rawValue: $0) } == Logger.Level.allCases)
        for name in ["", "INFO", "loud", "info "] { #expect(Logger.Level(rawValue: name) == nil) }
        for (lower, higher) in zip(Logger.Level.allCases, Logger.Level.allCases.dropFirst()) {
            #expect(lower < higher && !(higher < lower))
        }
        // They are looked at by every request.
        #expect(MemoryLayout<Logger.Level>.size == 1)
    }

    @Test func `each method logs at its level`() {
        let logger = lines.logger(.text, level: .trace)
        logger.trace("m")
        logger.debug("m")
        logger.info("m")
        logger.notice("m")
        logger.warning("m")
        logger.error("m")
        logger.critical("m")
        logger.log(level: .debug, "m")
        let levels = lines.all.map { String($0.split(separator: " ")[1]) }
        #expect(levels == Logger.Level.allCases.map(\.rawValue) + ["debug"])
    }

    @Test func `a copy with more to say leaves the original as it is`() {
        let logger = lines.logger(.text)
        var copy = logger
        copy[metadataKey: "part"] = "saga"
        #expect(copy[metadataKey: "part"] == "saga")
        copy.info("m")
        copy[metadataKey: "part"] = nil
        copy.info("m")
        logger.info("m")
        #expect(lines.all.map { $0.dropFirst(30) } == ["m part=saga\n", "m\n", "m\n"])
    }

    // MARK: Messages that come again and again

    @Test func `of a message that comes again and again some lines are left out, and counted`() {
        let logger = lines.logger(.text)
        for number in 0..<1_000 { logger.warning("m", metadata: ["number": "\(number)"]) }
        logger.warning("another")
        let written = lines.all.filter { $0.contains(" m ") }
        #expect(written.count >= LogPace.Limits.burst && written.count < 500)
        #expect(written[0].hasSuffix(" m number=0\n"))
        #expect(lines.all.contains { $0.hasSuffix("warning another\n") })
        logger.finish()
        let leftOut = lines.all.compactMap { line in
            line.split(separator: "left_out=").dropFirst().first.flatMap {
                Int($0.prefix { $0.isNumber })
            }
        }
        #expect(leftOut.reduce(0, +) + written.count == 1_000)
    }

    @Test func `what is left out is told when it comes no more`() async throws {
        let logger = lines.logger(.json)
        for _ in 0..<LogPace.Limits.burst + 5 { logger.error("m") }
        try await eventually("the number") {
            lines.all.contains { $0.contains(#""level":"error""#) && $0.contains("left_out") }
        }
    }

    @Test func `what is left out is not put together`() {
        let logger = lines.logger(.text)
        var evaluations = 0
        func metadata() -> Logger.Metadata {
            evaluations += 1
            return [:]
        }
        for _ in 0..<1_000 { logger.warning("m", metadata: metadata()) }
        #expect(evaluations < 500)
    }

    @Test func `at level debug nothing is left out`() {
        let logger = lines.logger(.text, level: .debug)
        for _ in 0..<1_000 { logger.warning("m") }
        #expect(lines.all.count == 1_000)
    }
}
