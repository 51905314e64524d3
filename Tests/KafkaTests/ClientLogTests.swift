import Testing

@testable import Kafka

/// The lines are librdkafka's, of its `FAIL` facility.
struct ClientLogTests {
    private static let eof = "error:0A000126:SSL routines::unexpected eof while reading"
    private static let question = ": connecting to a PLAINTEXT broker listener?"

    @Test
    func `a cause is the line without thread, counts and times`() {
        let line =
            "[thrd:a:9092/1]: a:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused "
            + "(after 2ms in state CONNECT, 3 identical error(s) suppressed)"
        #expect(
            ClientLog.cause(in: line)
                == "a:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused"
        )
    }

    @Test(arguments: [
        "ssl://a:1/bootstrap: \(eof) (after 0ms in state CONNECT)",
        "ssl://a:1/bootstrap: \(eof) (after 0ms in state SSL_HANDSHAKE)",
        "ssl://a:1/bootstrap: SSL handshake failed: \(eof) (after 3ms in state SSL_HANDSHAKE)",
        "sasl_ssl://a:1/2: Disconnected (after 1ms in state CONNECT)",
        "ssl://a:1/2: SSL handshake failed: SSL transport error: Connection reset by peer "
            + "(after 1ms in state SSL_HANDSHAKE)",
    ])
    func `a TLS handshake on which the peer hung up asks about the listener`(_ line: String) {
        let cause = line[..<line.firstRange(of: " (after ")!.lowerBound]
        #expect(ClientLog.cause(in: line) == cause + Self.question)
    }

    @Test(arguments: [
        "ssl://a:1/2: SSL handshake failed: Disconnected\(question) (after 1ms in state CONNECT)",
        "a:1/2: Disconnected while requesting ApiVersion: might be caused by incorrect "
            + "security.protocol configuration (connecting to a SSL listener?) or broker version is "
            + "< 0.10 (see api.version.request) (after 4ms in state APIVERSION_QUERY)",
        "ssl://a:1/2: \(eof) (after 9000ms in state UP)",
        "ssl://a:1/2: Disconnected (after 9000ms in state UP)",
        "a:1/2: Disconnected (after 1ms in state CONNECT)",
        "ssl://a:1/2: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed "
            + "(after 3ms in state SSL_HANDSHAKE)",
    ])
    func `other ends of a connection stay as librdkafka tells them`(_ line: String) {
        let cause = line[..<line.firstRange(of: " (after ")!.lowerBound]
        #expect(ClientLog.cause(in: line) == cause)
    }

    @Test(arguments: [
        "a:1/bootstrap: Disconnected (after 4ms in state APIVERSION_QUERY)",
        "a:1/bootstrap: Invalid response size 1213486160 (0..100000000): increase "
            + "receive.message.max.bytes (after 1ms in state UP)",
    ])
    func `a peer that answers no request of Kafka is asked about`(_ line: String) {
        let cause = line[..<line.firstRange(of: " (after ")!.lowerBound]
        #expect(ClientLog.cause(in: line) == cause + " (is it a Kafka broker?)")
    }
}
