/// Collects what a comparison finds.
struct Differences {
    private(set) var all: [Difference] = []
    /// The executable's path, relative to the project folder.
    let outputPath: String
    /// The cache's.
    let cachePath: String

    init(_ project: Project) {
        outputPath = project.outputPath
        cachePath = project.cachePath
    }

    var isEmpty: Bool { all.isEmpty }

    /// Notes what is wrong with a declaration.
    mutating func add(_ kind: Difference.Kind, _ known: ProgramSnapshot.Known, _ message: String) {
        all.append(
            Difference(kind: kind, name: known.name, path: known.path, line: known.line, message: message))
    }

    /// Notes what is wrong with the executable as a whole.
    mutating func addToExecutable(_ kind: Difference.Kind, _ message: String) {
        all.append(Difference(kind: kind, name: "", path: outputPath, line: 0, message: message))
    }

    /// Notes what is wrong with the cache as a whole.
    mutating func addToCache(_ kind: Difference.Kind, _ message: String) {
        all.append(Difference(kind: kind, name: "", path: cachePath, line: 0, message: message))
    }

    /// Notes what is wrong with a declaration unless `condition` holds.
    mutating func expect(
        _ condition: Bool, _ kind: Difference.Kind, _ known: ProgramSnapshot.Known, _ message: @autoclosure () -> String
    ) {
        if !condition { add(kind, known, message()) }
    }

    /// Notes that a value is not that of a clean build.
    mutating func expectSame<Value: Equatable>(
        _ value: Value, _ clean: Value, _ kind: Difference.Kind, _ known: ProgramSnapshot.Known, _ what: String
    ) {
        if value != clean { add(kind, known, "its \(what) is \(value), built clean \(clean)") }
    }

    /// Notes that a hash is not that of a clean build.
    mutating func expectSame(
        hash: UInt64, _ clean: UInt64, _ kind: Difference.Kind, _ known: ProgramSnapshot.Known, _ what: String
    ) {
        expect(
            hash == clean, kind, known, "its \(what) is \(hexadecimal(hash)), built clean \(hexadecimal(clean))")
    }

    /// All that was found, by path, line and name; what is about no declaration last.
    var sorted: [Difference] {
        let numbered = all.enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.name.isEmpty != y.name.isEmpty { return y.name.isEmpty }
            return (x.path, x.line, x.name, a.offset) < (y.path, y.line, y.name, b.offset)
        }
        return numbered.map(\.element)
    }
}

/// A number as people read addresses and hashes.
func hexadecimal(_ number: some BinaryInteger) -> String { "0x" + String(number, radix: 16) }
