internal import Glibc
internal import OrderGateway
internal import Telemetry

/// The program.
///
/// It runs the command of its command line and ends with an exit code of sysexits.h.
@main
enum Main {
    static func main() async {
        Console.holdStandardDescriptors()
        let code = await exitCode()
        LogSink.standardError.flush()
        // Do not use exit(3). It runs handlers such as OpenSSL's clean-up, which free memory that
        // other threads may still use, such as those of a Kafka client that did not end.
        _exit(code)
    }

    private static func exitCode() async -> Int32 {
        do {
            switch try CommandParser(.orderGateway).parse(Array(CommandLine.arguments.dropFirst()))
            {
            case .run(let run, let invocation): try await run(invocation)
            case .help(let path): try Console.text(CommandHelp(path).text)
            case .version: try Console.line(ProgramVersion.text)
            }
            return EXIT_SUCCESS
        } catch let code as ExitCode {
            return code.value
        } catch {
            Console.error("order-gateway: \(Failure.text(of: error))")
            return Failure.code(of: error)
        }
    }
}
