internal import Glibc

/// A group of this machine's users.
enum SystemGroup {
    private enum Limits {
        /// The maximum size of a group's entry with all its members, in bytes (getgrnam_r(3)).
        static let entryBytes = 64 * 1024
    }

    /// Returns the id of a group for its name or number; `nil` if there is no such group.
    static func id(_ text: String) -> UInt32? {
        // The highest number means no group (chown(2)).
        if let number = UInt32(text) { return number < .max ? number : nil }
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Limits.entryBytes) {
            buffer in
            let result = getgrnam_r(text, &entry, buffer.baseAddress, buffer.count, &found)
            return result == 0 && found != nil ? entry.gr_gid : nil
        }
    }
}
