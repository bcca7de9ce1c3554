import Cache
import Semantics

/// A program in which names are looked up file by file, whoever it is that notes the questions.
protocol NameLookup: Program {
    /// The file of the declaration that asks.
    var askingFile: FileNumber? { get }

    /// Looks a name without dots up in `file`.
    func ask(_ name: UnsafeRawBufferPointer, in file: FileNumber) throws(AnalysisStop) -> DeclIndex?

    /// The file that an `import` without error names.
    func importedFile(_ declaration: DeclIndex) -> FileNumber?
}

extension NameLookup {
    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? {
        guard var file = askingFile else { return nil }
        var rest = name
        while let dot = rest.firstIndex(of: 0x2e) {
            guard let module = try ask(UnsafeRawBufferPointer(rebasing: rest[..<dot]), in: file) else { return nil }
            let interface = try interface(of: module)
            guard interface.category == .module, let next = importedFile(module) else { return nil }
            file = next
            rest = UnsafeRawBufferPointer(rebasing: rest[(dot + 1)...])
        }
        return try ask(rest, in: file)
    }
}
