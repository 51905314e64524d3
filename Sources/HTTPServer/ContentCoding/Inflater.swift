internal import CZlib

/// Expands one compressed content, which is all there: an owner of zlib's `z_stream`.
///
/// Runs where it is called; how long it takes is bounded by the content and ``Expansion``.
struct Inflater: ~Copyable {
    private enum Limits {
        /// Expanded at a time; what is one piece more than allowed is noticed then.
        static let pieceBytes = 16 * 1024
        /// zlib's largest window, which every content may ask for (RFC 1950 §2.2, RFC 1951 §2).
        static let windowBits: Int32 = 15
    }

    /// What stands around the compressed data (zlib.h, inflateInit2).
    private enum Frame {
        case gzip, zlib, none

        var windowBits: Int32 {
            switch self {
            case .gzip: Limits.windowBits + 16
            case .zlib: Limits.windowBits
            case .none: -Limits.windowBits
            }
        }
    }

    private let coding: ContentCoding
    /// It stays in its place, for zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter content: Of which only the beginning is looked at.
    private init(_ coding: ContentCoding, of content: [UInt8]) {
        self.coding = coding
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let frame: Frame =
            if coding == .gzip { .gzip } else { Self.hasZlibHeader(content) ? .zlib : .none }
        // What the macro inflateInit2 does: zlib compares what the program was built with.
        let size = Int32(MemoryLayout<z_stream>.size)
        let result = inflateInit2_(stream, frame.windowBits, ZLIB_VERSION, size)
        // Fails for want of memory only.
        precondition(result == Z_OK, "inflateInit2: \(result)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether it begins with the two bytes of RFC 1950 §2.2, which are a multiple of 31.
    ///
    /// Data without them cannot look so: it would have to begin with an uncompressed block whose
    /// padding is not zero (RFC 1951 §3.2.4).
    private static func hasZlibHeader(_ content: [UInt8]) -> Bool {
        guard content.count >= 2 else { return false }
        let header = UInt16(content[0]) << 8 | UInt16(content[1])
        return Int32(content[0] & 0x0F) == Z_DEFLATED && content[0] >> 4 <= 7 && header % 31 == 0
    }

    /// Expands a content.
    ///
    /// - Complexity: O(*n*) in the bytes received and those that they become, which `limits` bounds.
    static func expand(
        _ content: [UInt8],
        _ coding: ContentCoding,
        _ limits: Expansion
    ) throws(ContentError) -> [UInt8] {
        let inflater = Inflater(coding, of: content)
        return try inflater.expand(content, limits)
    }

    private func expand(_ content: [UInt8], _ limits: Expansion) throws(ContentError) -> [UInt8] {
        let most = limits.bytes(from: content.count)
        var expanded: [UInt8] = []
        var failure: ContentError?
        // zlib does not write through this pointer, though its type lets it.
        content.withUnsafeBufferPointer { content in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: content.baseAddress)
            stream.pointee.avail_in = UInt32(content.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Limits.pieceBytes) { piece in
                do throws(ContentError) {
                    while try step(piece, &expanded) {
                        guard expanded.count <= most else {
                            throw limits.error(from: content.count)
                        }
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        guard expanded.count <= most else { throw limits.error(from: content.count) }
        return expanded
    }

    /// Expands the next piece.
    ///
    /// - Returns: Whether there is more.
    private func step(
        _ piece: UnsafeMutableBufferPointer<UInt8>,
        _ expanded: inout [UInt8]
    ) throws(ContentError) -> Bool {
        stream.pointee.next_out = piece.baseAddress
        stream.pointee.avail_out = UInt32(piece.count)
        let result = inflate(stream, Z_NO_FLUSH)
        expanded += piece.prefix(piece.count - Int(stream.pointee.avail_out))
        switch result {
        case Z_OK: return true
        case Z_STREAM_END: return try hasFurtherMember()
        case Z_BUF_ERROR: throw .damaged(coding, reason: "it breaks off")
        case Z_NEED_DICT: throw .damaged(coding, reason: "it needs a dictionary")
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) }
            throw .damaged(coding, reason: reason ?? "zlib's error \(result)")
        }
    }

    /// What one gzip file ends with may be the beginning of another, their contents being one
    /// (RFC 1952 §2.2); nothing else may follow.
    private func hasFurtherMember() throws(ContentError) -> Bool {
        guard stream.pointee.avail_in > 0 else { return false }
        guard coding == .gzip else { throw .damaged(coding, reason: "something follows its end") }
        inflateReset(stream)
        return true
    }
}
