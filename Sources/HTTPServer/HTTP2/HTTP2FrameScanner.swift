/// Finds the start and the stream of each frame in the client's bytes (RFC 9113 §4.1).
///
/// libnghttp2 parses the frames. However, it ignores PRIORITY frames and frames for streams that it
/// has forgotten, without a callback.
struct HTTP2FrameScanner {
    struct Frame: Equatable {
        enum Kind { case data, headers, priority, goAway, other }

        let kind: Kind
        let stream: Int32
        /// The stream that this stream depends on; 0 unless the frame is PRIORITY of the right
        /// size.
        let dependency: Int32
        /// The offset of the frame in the given bytes; 0 when it began in earlier bytes.
        let start: Int
    }

    private static let headerBytes = 9
    /// The header and the dependency of a PRIORITY frame (RFC 9113 §6.3).
    private static let mostBytes = 13
    private static let priorityBytes = 5

    /// The number of bytes before the next frame: the preface, or the rest of a payload.
    private var distance = HTTP2Preface.count
    /// The first bytes of a frame whose beginning is split over several reads.
    private var pieces = InlineArray<13, UInt8>(repeating: 0)
    private var pieceCount = 0

    /// Returns the next frame whose beginning is complete.
    ///
    /// - Parameters:
    ///   - bytes: The received bytes.
    ///   - index: The offset up to which they were scanned.
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

    /// - Returns: The frame, the number of bytes that describe it, and the length of its payload.
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
