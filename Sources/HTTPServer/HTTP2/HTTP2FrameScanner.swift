/// Finds where frames begin in what a client sends (RFC 9113 §4.1), and which streams they are about.
///
/// libnghttp2 reads the frames; but what is about a stream that it has forgotten it passes over without
/// telling anyone, and PRIORITY as well.
struct HTTP2FrameScanner {
    struct Frame: Equatable {
        enum Kind { case data, headers, priority, goAway, other }

        let kind: Kind
        let stream: Int32
        /// The stream that it depends on; 0 unless it is PRIORITY of the right size.
        let dependency: Int32
        /// Where it begins in the bytes that have been given; 0 when it began before them.
        let start: Int
    }

    private static let headerBytes = 9
    /// With the dependency of a PRIORITY frame (RFC 9113 §6.3).
    private static let mostBytes = 13
    private static let priorityBytes = 5

    /// So many bytes come before the next frame: the preface, or the rest of a payload.
    private var distance = HTTP2Preface.count
    /// The beginning of a frame that came in pieces.
    private var pieces = InlineArray<13, UInt8>(repeating: 0)
    private var pieceCount = 0

    /// The next frame whose beginning is complete.
    ///
    /// - Parameters:
    ///   - bytes: What has been received.
    ///   - index: How far they have been looked at.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Frame? {
        let passed = min(distance, bytes.count - index)
        distance -= passed
        index += passed
        let start = index
        if pieceCount == 0, bytes.count - index >= Self.mostBytes {
            return frame(UnsafeRawBufferPointer(rebasing: bytes[index...]), start, &index)
        }
        while index < bytes.count {
            pieces[pieceCount] = bytes[index]
            pieceCount += 1
            index += 1
            if let frame = pieces.span.withUnsafeBytes({ frameOfPieces($0, start) }) {
                distance = frame.distance
                pieceCount = 0
                return frame.frame
            }
        }
        return nil
    }

    private mutating func frame(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int,
        _ index: inout Int
    ) -> Frame {
        let (frame, taken, payload) = Self.read(bytes, start)
        index += taken
        distance = payload - (taken - Self.headerBytes)
        return frame
    }

    private func frameOfPieces(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int
    ) -> (frame: Frame, distance: Int)? {
        guard pieceCount >= Self.headerBytes else { return nil }
        let (frame, taken, payload) = Self.read(bytes, start)
        guard pieceCount >= taken else { return nil }
        return (frame, payload - (taken - Self.headerBytes))
    }

    /// - Returns: What stands there, how many bytes of it say so, and the payload's length.
    private static func read(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int
    ) -> (Frame, taken: Int, payload: Int) {
        let first = number(bytes, 0)
        let payload = Int(first >> 8)
        let kind: Frame.Kind =
            switch first & 0xFF {
            case 0: .data
            case 1: .headers
            case 2 where payload == priorityBytes: .priority
            case 7: .goAway
            default: .other
            }
        let stream = Int32(number(bytes, 5) & 0x7FFF_FFFF)
        let isPriority = kind == .priority
        let dependency = isPriority ? Int32(number(bytes, headerBytes) & 0x7FFF_FFFF) : 0
        return (
            Frame(kind: kind, stream: stream, dependency: dependency, start: start),
            isPriority ? mostBytes : headerBytes,
            payload
        )
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
