import Foundation
import Glibc
import Synchronization

/// The state of a child process, shared by the threads that watch it.
final class ProcessState: Sendable {
    private enum Life {
        case running
        case ended(Int32)
    }

    let processID: Int32
    let output = CapturedOutput()
    let errorOutput = CapturedOutput()
    private let life = Mutex(Life.running)
    private let openStreams = Mutex(2)

    init(processID: Int32) {
        self.processID = processID
    }

    /// The exit code, or the negative number of the signal that ended the process; `nil` while it
    /// runs.
    var exitCode: Int32? {
        life.withLock { if case .ended(let code) = $0 { code } else { nil } }
    }

    /// Whether the whole output has been captured.
    var isDrained: Bool { openStreams.withLock { $0 == 0 } }

    /// Sends a signal unless the process has ended, because its id may belong to another process
    /// then.
    func send(_ signal: Int32, toGroup: Bool) {
        life.withLock { life in
            guard case .running = life else { return }
            _ = kill(toGroup ? -processID : processID, signal)
        }
    }

    /// Starts the threads that capture both streams and wait for the end; the threads close the
    /// streams.
    func watch(output outputStream: Int32, errorOutput errorStream: Int32) {
        Thread.detachNewThread { self.capture(outputStream, into: self.output) }
        Thread.detachNewThread { self.capture(errorStream, into: self.errorOutput) }
        Thread.detachNewThread { self.waitForEnd() }
    }

    private func capture(_ stream: Int32, into output: CapturedOutput) {
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = read(stream, &buffer, buffer.count)
            if count > 0 {
                output.append(buffer.prefix(count))
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        close(stream)
        openStreams.withLock { $0 -= 1 }
    }

    private func waitForEnd() {
        // WNOWAIT keeps the process id reserved, so the rest of its group can still be killed
        // safely.
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0 {
            guard errno == EINTR else { return }
        }
        life.withLock { life in
            _ = kill(-processID, SIGKILL)
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
            // These are the macros WIFEXITED, WEXITSTATUS and WTERMSIG of wait(2), written out.
            let signal = status & 0x7F
            life = .ended(signal == 0 ? (status >> 8) & 0xFF : -signal)
        }
    }
}
