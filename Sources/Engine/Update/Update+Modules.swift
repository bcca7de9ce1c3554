import Cache
import Semantics
import ZIR

/// What an `import` names.
extension Update {
    /// What an `import` looks like to analysis; which file it is, only the engine knows.
    static let moduleInterface = Interface(category: .module, type: .void, value: .void)

    func moduleInterface(_ declaration: DeclIndex, _ syntax: Syntax) throws(AnalysisStop) -> Interface {
        let position = syntax.operand(0, of: .root).position
        guard let text = Update.importText(syntax) else {
            throw .failed(Diagnostic(position, Messages.expectedOperand("path")))
        }
        switch importPath(text, in: graph.file(of: declaration)) {
        case .failure(let error):
            throw .failed(Diagnostic(position, error.message))
        case .success(let path):
            guard let number = fileNumbers[path], files[Int(number)].isPresent else {
                throw .failed(Diagnostic(position, "unable to open '\(path)'"))
            }
            importedFiles[declaration] = number
            return Update.moduleInterface
        }
    }

    func importedPath(_ declaration: DeclIndex) -> String? {
        importedFiles[declaration].map { files[Int($0)].path }
    }

    func importedFile(_ declaration: DeclIndex) -> FileNumber? {
        if let number = importedFiles[declaration] { return number }
        let stored = graph[state: declaration].interface
        guard stored.first == Update.moduleMarker else { return nil }
        return fileNumbers[String(decoding: stored.dropFirst(), as: UTF8.self)]
    }
}
