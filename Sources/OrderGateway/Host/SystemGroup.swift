internal import Glibc

/// A group of users of this machine.
enum SystemGroup {
    private enum Limits {
        /// For a group's entry with all its members (getgrnam_r(3)).
        static let entryBytes = 64 * 1024
    }

    /// The id of a group that is given by its name or its number; `nil` when there is none of that name.
    static func id(_ text: String) -> UInt32? {
        // The highest number stands for none (chown(2)).
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
