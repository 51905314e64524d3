internal import CZlib

/// Expands one compressed content that is complete; owns zlib's `z_stream`.
///
/// It runs on the caller's thread. The size of the content and ``Expansion`` bound its running
/// time.
struct Inflater: ~Copyable {
    private enum Limits {
        /// The bytes that are expanded in one step; the limit is checked after each step.
        static let pieceBytes = 16 * 1024
        /// zlib's largest window, which any content may need (RFC 1950 §2.2, RFC 1951 §2).
        static let windowBits: Int32 = 15
    }

    /// The format around the compressed data (zlib.h, inflateInit2).
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
    /// The stream has a fixed address, because zlib stores it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter content: The content; only its first bytes are examined.
    private init(_ coding: ContentCoding, of content: [UInt8]) {
        self.coding = coding
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let frame: Frame =
            if coding == .gzip { .gzip } else { Self.hasZlibHeader(content) ? .zlib : .none }
        // Does the same as the macro inflateInit2: zlib checks the version and size that the
        // program was built with.
        let size = Int32(MemoryLayout<z_stream>.size)
        let result = inflateInit2_(stream, frame.windowBits, ZLIB_VERSION, size)
        // Fails only when memory is exhausted.
        precondition(result == Z_OK, "inflateInit2: \(result)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Returns whether the content begins with the two bytes of RFC 1950 §2.2, which are a multiple
    /// of 31.
    ///
    /// Data without this header cannot begin with such bytes. It would need an uncompressed block
    /// with non-zero padding (RFC 1951 §3.2.4).
    private static func hasZlibHeader(_ content: [UInt8]) -> Bool {
        guard content.count >= 2 else { return false }
        let header = UInt16(content[0]) << 8 | UInt16(content[1])
        return Int32(content[0] & 0x0F) == Z_DEFLATED && content[0] >> 4 <= 7 && header % 31 == 0
    }

    /// Expands a content.
    ///
    /// - Complexity: O(*n*) in the compressed and the expanded bytes, which `limits` bounds.
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
        // zlib does not write through this pointer, although its type is mutable.
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

    /// Returns whether another gzip member follows; their contents form one content (RFC 1952
    /// §2.2).
    ///
    /// Nothing else may follow.
    private func hasFurtherMember() throws(ContentError) -> Bool {
        guard stream.pointee.avail_in > 0 else { return false }
        guard coding == .gzip else { throw .damaged(coding, reason: "something follows its end") }
        inflateReset(stream)
        return true
    }
}
