import Foundation
import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// HTTP/2 on a socket, frame by frame: RFC 9113 §3 to §8, §5.3 of RFC 7540 and RFC 7541 to the letter.
///
/// The cases are those of the h2spec suite and some more. With `CONFORMANCE_PORT`, they are run against
/// whatever listens on that port of this machine: `nghttpd --no-tls PORT` is a good comparison, on a
/// folder with a file `12345` of some bytes and an `index.html`.
struct HTTP2ConformanceTests {
    static let cases: [ConformanceCase] =
        ConformanceCase.connectionCases + ConformanceCase.frameCases
        + ConformanceCase.streamStateCases + ConformanceCase.priorityCases
        + ConformanceCase.messageFrameCases + ConformanceCase.controlFrameCases
        + ConformanceCase.windowCases + ConformanceCase.messageCases
        + ConformanceCase.compressionCases

    @Test(arguments: cases)
    func `the frames that are sent bring the frames that have to come`(
        _ conformance: ConformanceCase
    )
        async throws
    {
        if let port = ProcessInfo.processInfo.environment["CONFORMANCE_PORT"].flatMap({ Int($0) }) {
            try await onThread { try run(conformance, RawConnection(port: port)) }
        } else {
            try await withServer(loopCount: 1) { server, _ in
                try await onThread { try run(conformance, server.connect()) }
            }
        }
    }

    @Test func `there are no two cases of the same name`() {
        #expect(Set(Self.cases.map(\.rule)).count == Self.cases.count)
        #expect(Self.cases.count >= 147)
    }

    private func run(_ conformance: ConformanceCase, _ raw: RawConnection) throws {
        let connection = FrameConnection(raw: raw)
        if conformance.isSettled {
            try connection.send(Frame.preface)
            try meet(.settings, connection)
            try connection.send(Frame.settingsAcknowledgement)
            try meet(.settingsAcknowledgement, connection)
        }
        for step in conformance.steps {
            switch step {
            case .send(let bytes):
                // The server may have hung up in the middle of it: what is expected next tells.
                try? connection.send(bytes)
            case .expect(let expectation): try meet(expectation, connection)
            }
        }
    }

    private func meet(
        _ expectation: ConformanceCase.Expectation,
        _ connection: FrameConnection
    ) throws {
        while true {
            guard let frame = try connection.next() else {
                if !expectation.allowsEnd { Issue.record("closed, instead of \(expectation)") }
                return
            }
            switch expectation.verdict(frame) {
            case .met:
                if frame.kind == .goAway { while try connection.next() != nil {} }
                return
            case .passed: continue
            case .broken:
                Issue.record("\(frame), instead of \(expectation)")
                return
            }
        }
    }
}
