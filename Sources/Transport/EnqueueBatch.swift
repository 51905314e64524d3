internal import Glibc

/// Jobs that one foreign thread makes ready in a row, grouped by loop.
///
/// A delivery report from the broker resumes hundreds of waiting requests at once. Without a batch,
/// each of them would take the loop's lock and could cause its own wake-up.
///
/// Only the thread that created the batch touches it, because it is stored in thread-local storage.
final class EnqueueBatch {
    private var loops: [EventLoop] = []
    /// The identities of the loops: to compare them does not touch a loop's reference count, which
    /// other threads change all the time.
    private var identities: [ObjectIdentifier] = []
    /// The jobs of each loop.
    private var jobs: [[UnownedJob]] = []

    /// Keeps a job for later if the calling thread runs ``EventLoop/batchingEnqueues(_:)``.
    ///
    /// - Returns: Whether the batch has taken the job.
    static func collect(_ job: UnownedJob, for loop: EventLoop) -> Bool {
        guard let current = pthread_getspecific(slot) else { return false }
        let batch = Unmanaged<EnqueueBatch>.fromOpaque(current).takeUnretainedValue()
        if let index = batch.identities.firstIndex(of: ObjectIdentifier(loop)) {
            batch.jobs[index].append(job)
        } else {
            batch.loops.append(loop)
            batch.identities.append(ObjectIdentifier(loop))
            batch.jobs.append([job])
        }
        return true
    }

    fileprivate func handOver() {
        for (loop, jobs) in zip(loops, jobs) { loop.enqueue(jobs) }
        loops.removeAll()
        identities.removeAll()
        jobs.removeAll()
    }

    /// The key of the thread's current batch, an unretained reference that
    /// ``EventLoop/batchingEnqueues(_:)`` owns.
    fileprivate static let slot: pthread_key_t = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key, nil)
        precondition(result == 0, "no thread-local storage left")
        return key
    }()
}

extension EventLoop {
    /// Runs `body` on a thread that is not a loop's thread.
    ///
    /// When it returns, its enqueued jobs go to the loops with one lock and at most one wake-up per
    /// loop.
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
