internal import CLinux
internal import Glibc

/// The thread that runs one loop.
enum LoopThread {
    /// - Throws: ``SystemError`` when no thread can be created (pthread_create(3)).
    static func start(_ loop: EventLoop, name: String) throws(SystemError) {
        let context = Unmanaged.passRetained(loop)
        let result = clinux_start_thread(
            name,
            { argument in
                guard let argument else { return nil }
                Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw SystemError(call: "pthread_create", code: result)
        }
    }
}
