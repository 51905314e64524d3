internal import Glibc
internal import OrderGateway

/// The program: reads its command line, does what it says, and ends with an exit code of
/// sysexits.h.
@main
enum Main {
    static func main() async {
        Console.holdStandardDescriptors()
        defer { LogSink.standardError.flush() }
        do {
            switch try CommandParser(.orderGateway).parse(Array(CommandLine.arguments.dropFirst()))
            {
            case .run(let run, let invocation): try await run(invocation)
            case .help(let path): try Console.text(CommandHelp(path).text)
            case .version: try Console.line("order-gateway \(ProgramVersion.text)")
            }
        } catch let code as ExitCode {
            LogSink.standardError.flush()
            exit(code.value)
        } catch {
            Console.error("order-gateway: \(Failure.text(of: error))")
            exit(Failure.code(of: error))
        }
    }
}
