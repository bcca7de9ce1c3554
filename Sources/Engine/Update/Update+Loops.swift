import Cache
import Semantics
import ZIR

/// Dependency loops: declarations whose interfaces need each other.
extension Update {
    /// `declaration`, whose interface is being analysed, was asked for by the innermost analysis: everything from it
    /// to there depends on itself. One error for all, at the first by path and position of the members whose interface
    /// it is; others are members by their content.
    func closeLoop(at declaration: DeclIndex) {
        guard let start = inProgress.elements.firstIndex(where: { $0.declaration == declaration && !$0.isContent })
        else { return }
        let interfaces = inProgress.elements[start...].filter { !$0.isContent }.map(\.declaration)
        loopMembers.formUnion(interfaces)
        guard let first = interfaces.min(by: isBefore) else { return }
        let members = Set(inProgress.elements[start...].map(\.declaration))
        loopNotes[first] = members.sorted(by: isBefore).map {
            Diagnostic.Note(declaration: $0.rawValue, position: .start, message: "'@\(name(of: $0))' is in the loop")
        }
    }

    /// Orders declarations by path, then position.
    func isBefore(_ a: DeclIndex, _ b: DeclIndex) -> Bool {
        let (fileA, fileB) = (graph.file(of: a), graph.file(of: b))
        return fileA != fileB ? isFileBefore(fileA, fileB) : position(of: a) < position(of: b)
    }

    /// Orders modules by path; one file in two packages by the folders of those, then by their names.
    func isFileBefore(_ a: FileNumber, _ b: FileNumber) -> Bool {
        let (x, y) = (files.path(a), files.path(b))
        guard x == y else { return x < y }
        let (p, q) = (package(of: a).row, package(of: b).row)
        return (p.folder, p.name) < (q.folder, q.name)
    }

    /// Path of the file that `declaration` is in.
    func path(of declaration: DeclIndex) -> String {
        let file = graph.file(of: declaration)
        return file < files.count ? files.path(file) : ""
    }
}
