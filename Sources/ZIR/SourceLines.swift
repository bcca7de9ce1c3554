/// Where the lines of a file begin, so that the line of each of many errors is found without a search from the top.
public struct SourceLines: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int]

    /// The lines of `bytes`; a line ends before its newline.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == Byte.newline { starts.append(offset + 1) }
        self.starts = starts
    }

    /// Line number `line`, zero-based; nil if there is no such line.
    public subscript(line: UInt32) -> ArraySlice<UInt8>? {
        guard line < starts.count else { return nil }
        let next = Int(line) + 1
        let end = next < starts.count ? starts[next] - 1 : bytes.count
        return bytes[starts[Int(line)]..<end]
    }
}
