import BLAKE3
import ZIR

/// A source file as it was read, with all that can be said of it without knowing what it was before.
struct SourceText: Sendable {
    var outcome: SourceReader.Outcome
    /// BLAKE3 of its content.
    var digest = Digest()
    /// Its declarations, if it was to be scanned.
    var scan: ScanResult?
    /// Their parsed forms, if they were to be parsed too.
    var parsed: [ParseResult] = []

    /// Reads `path`. `foundImports` is given the content as soon as it is there.
    init(_ path: String, _ reader: SourceReader, foundImports: ([UInt8]) -> Void) {
        outcome = reader.read(path)
        guard case .content(let bytes, _, _) = outcome else { return }
        foundImports(bytes)
        digest = Digest.hash(bytes)
    }

    /// Scans and parses the content, of which every declaration is new.
    mutating func parse() {
        guard case .content(let bytes, _, _) = outcome else { return }
        let scan = Scanner.scan(bytes)
        var parser = Parser()
        parsed.reserveCapacity(scan.declarations.count)
        bytes.withUnsafeBytes { buffer in
            for span in scan.declarations {
                parsed.append(parser.parse(UnsafeRawBufferPointer(rebasing: buffer[span.range])))
            }
        }
        self.scan = scan
    }
}
