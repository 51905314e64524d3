import CLinux
import Dispatch
import Foundation
import Glibc
import TestSupport

/// A disk that is soon full (tmpfs(5)).
///
/// Only the thread that a body runs on sees it: the thread has mounts of its own
/// (mount_namespaces(7)), which end with it. So nothing stays mounted, however the test ends.
enum SmallDisk {
    /// `CLONE_NEWNS` of sched.h, which declares it only under _GNU_SOURCE.
    private static let newMounts: Int32 = 0x0002_0000

    /// It takes the right to mount, `CAP_SYS_ADMIN`.
    static let isAllowed = {
        let isDone = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var isAllowed = false
        Thread.detachNewThread {
            isAllowed = (try? separateMounts()) != nil
            isDone.signal()
        }
        isDone.wait()
        return isAllowed
    }()

    /// Runs a body on a thread of its own, with the path of the disk's folder.
    static func with(
        bytes: Int,
        _ body: @escaping @Sendable (String) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        // The thread does not refer to the folder, which nobody can remove who sees the disk in it.
        let path = folder.path
        try await onThread {
            try separateMounts()
            try mount("tmpfs", at: path, type: "tmpfs", 0, "size=\(bytes)")
            try body(path)
        }
        withExtendedLifetime(folder) {}
    }

    /// Runs a body on a thread of its own, for which a file is write-protected, for root by a mount.
    ///
    /// - Parameter body: It should not refer to the temporary folder that the file is in.
    static func withReadOnly(
        _ path: String,
        _ body: @escaping @Sendable () throws -> Void
    ) async throws {
        try await onThread {
            guard geteuid() == 0 else {
                chmod(path, 0o444)
                defer { chmod(path, 0o644) }
                return try body()
            }
            try separateMounts()
            try mount(path, at: path, MS_BIND)
            try mount(path, at: path, MS_BIND | MS_REMOUNT | MS_RDONLY)
            try body()
        }
    }

    /// Writes a file until the disk is full.
    static func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4_096)
        while write(descriptor, page, page.count) > 0 {}
        guard errno == ENOSPC else { throw SupportError("\(path) cannot be written") }
    }

    private static func separateMounts() throws {
        guard unshare(newMounts) == 0 else {
            throw SupportError("This thread cannot have mounts of its own")
        }
        try mount("none", at: "/", MS_REC | MS_PRIVATE)
    }

    private static func mount(
        _ source: String,
        at path: String,
        type: String? = nil,
        _ flags: Int,
        _ options: String? = nil
    ) throws {
        guard Glibc.mount(source, path, type, UInt(flags), options) == 0 else {
            throw SupportError("\(source) cannot be mounted at \(path)")
        }
    }
}
