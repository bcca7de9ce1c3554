/// One step of making a file what it shall be.
public enum PatchStep: Equatable, Sendable {
    /// Write `bytes` at file offset `offset`.
    case write(offset: UInt64, bytes: [UInt8])
    /// Copy `count` bytes of the file from `source` to `destination`; no step writes to the source.
    case copy(source: UInt64, destination: UInt64, count: UInt64)

    /// Where in the file it puts bytes.
    var destination: UInt64 {
        switch self {
        case .write(let offset, _): offset
        case .copy(_, let destination, _): destination
        }
    }
}

/// All that is to be done to a file, an empty one on a clean build.
///
/// The steps may be carried out again from the first, as often as one likes, whatever part of them was done before.
/// They leave the first `StopScript.size` bytes alone: `header` belongs there, and is written last.
public struct Patch: Equatable, Sendable {
    /// The first bytes of the file.
    public var header: [UInt8]
    /// Everything else, in order: copies, then writes by ascending offset.
    public var steps: [PatchStep]
    /// The executable afterwards; the file must be made `state.fileSize` bytes long, new ones zero.
    public var state: ImageState

    /// Does it all to a file that is in memory. False if a step is outside of the file.
    public func apply(to file: inout [UInt8]) -> Bool {
        guard let size = Int(exactly: state.fileSize), file.count <= size else { return false }
        file += [UInt8](repeating: 0, count: size - file.count)
        for step in steps {
            switch step {
            case .write(let offset, let bytes):
                guard Self.put(bytes, into: &file, at: offset) else { return false }
            case .copy(let source, let destination, let count):
                guard source <= state.fileSize, count <= state.fileSize - source else { return false }
                let bytes = Array(file[Int(source)..<Int(source + count)])
                guard Self.put(bytes, into: &file, at: destination) else { return false }
            }
        }
        return Self.put(header, into: &file, at: 0)
    }

    private static func put(_ bytes: [UInt8], into file: inout [UInt8], at offset: UInt64) -> Bool {
        guard let start = Int(exactly: offset), start <= file.count, bytes.count <= file.count - start else {
            return false
        }
        file.replaceSubrange(start..<(start + bytes.count), with: bytes)
        return true
    }
}
