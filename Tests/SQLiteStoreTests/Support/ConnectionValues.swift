import Foundation

@testable import SQLiteStore

extension Connection {
    /// The first value of a query that gives an integer.
    mutating func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        try withStatement(sql) { statement throws(SQLiteError) in
            try statement.step() ? statement.integer(0) : nil
        }
    }

    /// The first value of a query that gives a text.
    mutating func text(_ sql: String) throws(SQLiteError) -> String? {
        try withStatement(sql) { statement throws(SQLiteError) in
            try statement.step() ? statement.string(0) : nil
        }
    }
}

/// How many descriptors this process has for a file.
func openDescriptors(of path: String) -> Int {
    let files = FileManager.default
    let descriptors = (try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.count {
        (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
    }
}
