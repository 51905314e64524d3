import Foundation

/// The programs of this package from the build under test.
package enum BuiltProducts {
    /// The path of `order-gateway`: the environment variable `ORDER_GATEWAY_BINARY`, or the program
    /// beside the running tests.
    package static var orderGateway: String {
        get throws(SupportError) {
            if let path = ProcessInfo.processInfo.environment["ORDER_GATEWAY_BINARY"] {
                guard FileManager.default.isExecutableFile(atPath: path) else {
                    throw SupportError("ORDER_GATEWAY_BINARY names no program: \(path)")
                }
                return path
            }
            var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let path = folder.appending(path: "order-gateway").path
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                if exists && !isFolder.boolValue { return path }
            }
            throw SupportError("No order-gateway lies beside the tests; build it first.")
        }
    }
}
