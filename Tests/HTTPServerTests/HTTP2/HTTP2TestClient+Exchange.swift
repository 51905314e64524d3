import TestSupport

extension HTTP2TestClient {
    /// Carries bytes to and from a server until a condition holds.
    func exchange(
        over connection: RawConnection,
        until isDone: (HTTP2TestClient) -> Bool
    ) throws {
        while true {
            let output = output()
            if !output.isEmpty { try connection.send(output) }
            if isDone(self) { return }
            let bytes = try connection.receive { !$0.isEmpty }
            try receive(connection.take(bytes.count))
        }
    }
}
