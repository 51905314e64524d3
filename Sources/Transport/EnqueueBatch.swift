internal import Glibc

/// Jobs that one foreign thread makes ready in a row, gathered by loop.
///
/// A delivery report from the broker resumes hundreds of waiting requests at once; without this
/// each would take the loop's lock and could cost a wake-up of its own.
///
/// Touched only by the thread that made it: it is found through that thread's own storage.
final class EnqueueBatch {
    private var jobs: [(loop: EventLoop, jobs: [UnownedJob])] = []

    /// Keeps a job for later if the calling thread is in ``EventLoop/batchingEnqueues(_:)``.
    static func collect(_ job: UnownedJob, for loop: EventLoop) -> Bool {
        guard let current = pthread_getspecific(slot) else { return false }
        let batch = Unmanaged<EnqueueBatch>.fromOpaque(current).takeUnretainedValue()
        if let index = batch.jobs.firstIndex(where: { $0.loop === loop }) {
            batch.jobs[index].jobs.append(job)
        } else {
            batch.jobs.append((loop, [job]))
        }
        return true
    }

    fileprivate func handOver() {
        for (loop, jobs) in jobs { loop.enqueue(jobs) }
        jobs.removeAll()
    }

    /// The thread's current batch, an unretained reference that ``EventLoop/batchingEnqueues(_:)``
    /// owns.
    fileprivate static let slot: pthread_key_t = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key, nil)
        precondition(result == 0, "no thread-local storage left")
        return key
    }()
}

extension EventLoop {
    /// Runs `body` on a thread that is no loop's own; the jobs it enqueues on loops are handed over
    /// when it returns, with one lock and at most one wake-up per loop.
    package static func batchingEnqueues(_ body: () -> Void) {
        guard pthread_getspecific(EnqueueBatch.slot) == nil else { return body() }
        let batch = EnqueueBatch()
        withExtendedLifetime(batch) {
            pthread_setspecific(EnqueueBatch.slot, Unmanaged.passUnretained(batch).toOpaque())
            body()
            pthread_setspecific(EnqueueBatch.slot, nil)
            batch.handOver()
        }
    }
}
