import Foundation

/// An installation of Apache Kafka: the folder in the environment variable `KAFKA_HOME`, with the
/// jars in `libs`.
///
/// Nothing else of a distribution is used, in particular none of its scripts, because each script
/// leaves logs in the folder. Java 17 or later must be in `PATH`.
struct KafkaInstallation: Sendable {
    /// Whether the environment names an installation; it is checked only on use.
    static var isNamed: Bool { home != nil }

    private static var home: String? {
        ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private let classPath: String

    init() throws(SupportError) {
        guard let home = Self.home else { throw SupportError("KAFKA_HOME is not set.") }
        let libraries = "\(home)/libs"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        guard files.contains(where: { $0.hasPrefix("kafka-clients-") && $0.hasSuffix(".jar") })
        else { throw SupportError("KAFKA_HOME: there is no Kafka in \(libraries)") }
        // Java itself replaces the star with all jars.
        classPath = "\(libraries)/*"
    }

    /// Starts a Kafka program in a Java process with settings for a quick start and little memory.
    ///
    /// - Parameters:
    ///   - mainClass: The program.
    ///   - arguments: Its arguments.
    ///   - temporaryFolder: The folder for unpacked native libraries, which a killed process leaves
    ///     there.
    func start(
        _ mainClass: String,
        _ arguments: [String],
        temporaryFolder: String
    ) throws(SupportError) -> ChildProcess {
        try ChildProcess("java", javaArguments(temporaryFolder) + [mainClass] + arguments)
    }

    /// Runs a Kafka program until it ends.
    ///
    /// - Parameter input: A file for the standard input, which is empty without one.
    /// - Returns: The standard output of the program.
    /// - Throws: ``SupportError`` with the program's output, when it failed.
    @discardableResult
    func run(
        _ mainClass: String,
        _ arguments: [String],
        input: String? = nil,
        temporaryFolder: String
    ) async throws -> String {
        let ending = try await ChildProcess.run(
            "/bin/sh",
            ["-c", #"exec java "$@" <"$0""#, input ?? "/dev/null"]
                + javaArguments(temporaryFolder) + [mainClass] + arguments,
            within: .seconds(120)
        )
        guard ending.exitCode == 0 else {
            throw SupportError(
                "\(mainClass) ended with \(ending.exitCode): \(ending.text)\(ending.errorOutput)"
            )
        }
        return ending.text
    }

    private func javaArguments(_ temporaryFolder: String) -> [String] {
        [
            "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
            // Without this option, a killed process leaves a file in /tmp.
            "-XX:-UsePerfData", "-Djava.io.tmpdir=\(temporaryFolder)",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classPath,
        ]
    }
}
