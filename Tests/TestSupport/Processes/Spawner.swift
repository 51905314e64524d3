internal import CLinux
import Foundation
import Glibc
import Synchronization

/// The arguments and the environment of a new child process.
struct SpawnRequest: Sendable {
    /// The program, then its arguments; a name without a slash is looked up in `PATH`.
    var arguments: [String]
    var environment: [String: String]
}

/// A child process and the read ends of its output pipes, which the receiver must close.
struct SpawnedProcess: Sendable {
    /// The process id, which is also the id of a new process group.
    var processID: Int32
    var output: Int32
    var errorOutput: Int32
}

/// Runs a body while no process is being started.
///
/// A new child has copies of all descriptors until it closes them. If a listener is closed here in
/// this time, its port stays in use, and no other listener can use it.
package func withoutSpawning<Value>(_ body: () -> Value) -> Value {
    spawning.withLock { _ in body() }
}

private let spawning = Mutex(())

/// Starts processes that end with this process, however it ends.
///
/// Linux sends the parent-death signal when the *thread* that created the child ends (prctl(2),
/// PR_SET_PDEATHSIG). The threads of a pool may end at any time, so one permanent thread creates
/// all children. `setpriv` (util-linux, present on every Debian and Ubuntu) sets the signal in the
/// child. It then becomes the program and keeps its process id.
final class Spawner: Sendable {
    static let shared = Spawner()

    private final class Job: Sendable {
        let request: SpawnRequest
        let result = Mutex<Result<SpawnedProcess, SupportError>?>(nil)
        let isDone = DispatchSemaphore(value: 0)

        init(_ request: SpawnRequest) { self.request = request }
    }

    private let jobs = Mutex<[Job]>([])
    private let wakeUp = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                wakeUp.wait()
                guard let job = jobs.withLock({ $0.popLast() }) else { continue }
                let result = Result { () throws(SupportError) in try Self.spawnHere(job.request) }
                job.result.withLock { $0 = result }
                job.isDone.signal()
            }
        }
    }

    func spawn(_ request: SpawnRequest) throws(SupportError) -> SpawnedProcess {
        let job = Job(request)
        jobs.withLock { $0.append(job) }
        wakeUp.signal()
        job.isDone.wait()
        guard let result = job.result.withLock({ $0 }) else {
            throw SupportError("The process was not started.")
        }
        return try result.get()
    }

    /// Starts a process on the one thread, so that no child inherits the pipes of another.
    private static func spawnHere(_ request: SpawnRequest) throws(SupportError) -> SpawnedProcess {
        var output: [Int32] = [-1, -1]
        var errorOutput: [Int32] = [-1, -1]
        guard pipe(&output) == 0, pipe(&errorOutput) == 0 else {
            let reason = systemErrorText()
            for descriptor in output + errorOutput where descriptor >= 0 { close(descriptor) }
            throw SupportError("No pipe: \(reason)")
        }
        defer {
            close(output[1])
            close(errorOutput[1])
        }
        do throws(SupportError) {
            let processID = try start(request, output: output[1], errorOutput: errorOutput[1])
            return SpawnedProcess(
                processID: processID,
                output: output[0],
                errorOutput: errorOutput[0]
            )
        } catch {
            close(output[0])
            close(errorOutput[0])
            throw error
        }
    }

    private static func start(
        _ request: SpawnRequest,
        output: Int32,
        errorOutput: Int32
    ) throws(SupportError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errorOutput, 2)
        // The child does not inherit sockets and files of other tests.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        var defaults = sigset_t()
        sigfillset(&defaults)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let arguments = ["setpriv", "--pdeathsig", "KILL", "--"] + request.arguments
        let variables = request.environment.map { "\($0.key)=\($0.value)" }
        var processID: Int32 = 0
        let error = withoutSpawning {
            withCStrings(arguments) { arguments in
                withCStrings(variables) { variables in
                    posix_spawnp(&processID, "setpriv", &actions, &attributes, arguments, variables)
                }
            }
        }
        guard error == 0 else {
            throw SupportError("\(request.arguments) was not started: \(systemErrorText(error))")
        }
        return processID
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("never empty") }
            return body(base)
        }
    }
}
