internal import Glibc

/// The room on the disk that holds a folder.
enum DiskSpace {
    /// Returns the bytes that this user may still write; `nil` if the system does not tell them.
    static func free(at path: String) -> Int? {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return nil }
        let (bytes, isHuge) = UInt64(space.f_bavail)
            .multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return isHuge ? .max : Int(clamping: bytes)
    }
}
