import Foundation
import Glibc
import TestSupport
import Testing

@testable import Transport

/// Sockets in the file system.
struct UnixSocketTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path("http.sock") }

    private func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private func withSocket(
        _ access: SocketFileAccess = SocketFileAccess(),
        _ body: (UnixSocket) throws -> Void
    ) throws {
        let socket = try UnixSocket(path, access)
        defer { close(socket.descriptor) }
        try body(socket)
    }

    @Test(arguments: [0o600, 0o660, 0o666, 0o777] as [UInt32])
    func `the file has the mode that was asked for, whatever the umask`(_ mode: UInt32) throws {
        try withSocket(SocketFileAccess(mode: mode)) { _ in
            #expect((status(path)?.st_mode ?? 0) & 0o7777 == mode)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give a file to any group"))
    func `the file has the group that was asked for`() throws {
        try withSocket(SocketFileAccess(mode: 0o660, group: 12_345)) { _ in
            #expect(status(path)?.st_gid == 12_345)
            #expect((status(path)?.st_mode ?? 0) & 0o7777 == 0o660)
        }
    }

    @Test func `a file that is no socket is left alone`() throws {
        try folder.write("precious", to: "http.sock")
        #expect(throws: ServerError.notASocket(path: path)) {
            try UnixSocket(path, SocketFileAccess())
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func `the file of a socket that nobody has any more is replaced`() throws {
        try withSocket { _ in }
        #expect(status(path) != nil)
        try withSocket { socket in
            #expect(throws: ServerError.addressInUse(SocketAddress(host: path, port: 0))) {
                try UnixSocket(path, SocketFileAccess())
            }
            socket.remove()
            #expect(status(path) == nil)
        }
    }

    @Test func `another socket in the place of the file is not removed`() throws {
        try withSocket { first in
            unlink(path)
            try withSocket { second in
                first.remove()
                #expect(status(path) != nil)
                second.remove()
                #expect(status(path) == nil)
            }
        }
    }
}
