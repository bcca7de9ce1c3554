import BLAKE3
import Cache
import Semantics
import ZIR

/// The questions of analysis, answered and recorded: the whole of dependency tracking.
extension Update: NameLookup {
    var askingFile: FileNumber? { frames.last.map { graph.file(of: $0.asker) } }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        try settleInterface(declaration)
        guard graph[state: declaration].interfaceState == .done, let interface = decodedInterface(declaration) else {
            record(declaration, .value, seen: 0)
            throw .blocked(declaration)
        }
        let kind: EdgeKind = interface.category.hasAddress ? .type : .value
        record(declaration, kind, seen: answer(declaration, kind))
        return interface
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content {
        let interface = try interface(of: declaration)
        do throws(AnalysisStop) {
            let content = try settleContent(declaration, interface)
            record(declaration, .body, seen: graph[state: declaration].bodyHash)
            return content
        } catch {
            if case .deferred = error { throw error }
            record(declaration, .body, seen: 0)
            throw .blocked(declaration)
        }
    }

    func name(of declaration: DeclIndex) -> String {
        String(decoding: graph[text: declaration].name, as: UTF8.self)
    }

    /// Looks a name without dots up in `file`. One that is not there gets a number too, so that whoever asked can be
    /// found when it appears.
    func ask(_ name: UnsafeRawBufferPointer, in file: FileNumber) -> DeclIndex? {
        guard let declaration = find(name, in: file) else {
            record(addDeclaration(NameTable.Key(name), to: file, nameTable(file)), .exists, seen: Answer.notFound)
            return nil
        }
        let isPresent = graph[text: declaration].isPresent
        record(declaration, .exists, seen: isPresent ? Answer.found : Answer.notFound)
        return isPresent ? declaration : nil
    }

    /// Edges that are searched for a name. Of more, each with its question, the names of a file are found sooner.
    private static let mostEdgesSearched = 256

    /// Who has a number for that name in `file`. As long as nobody needs all names of the file, most are found among what
    /// the asker asked about before: those of a large file are many.
    private func find(_ name: UnsafeRawBufferPointer, in file: FileNumber) -> DeclIndex? {
        if !hasNames(of: file), let asker = frames.last?.asker,
            graph[state: asker].edges.count <= Update.mostEdgesSearched
        {
            for edge in graph[state: asker].edges {
                let target = DeclIndex(edge.target)
                if graph[text: target].name.elementsEqual(name) && graph.file(of: target) == file { return target }
            }
        }
        return nameTable(file).find(name)
    }

    /// Notes a question of the analysis under way; that a name exists goes without saying once more is asked.
    func record(_ target: DeclIndex, _ kind: EdgeKind, seen: UInt64) {
        guard !frames.isEmpty else { return }
        frames.change(frames.count - 1) { $0.add(target, kind, seen: seen) }
    }

    /// The key of a declaration: the hash of its qualified name.
    func key(of declaration: DeclIndex) -> Digest {
        package(of: graph.file(of: declaration)).key(of: qualifiedName(declaration))
    }

    /// MODULE.NAME, of a package that is not the project's own PACKAGE:MODULE.NAME.
    func qualifiedName(_ declaration: DeclIndex) -> String {
        String(decoding: qualifiedNameBytes(declaration), as: UTF8.self)
    }

    /// `qualifiedName` in UTF-8.
    func qualifiedNameBytes(_ declaration: DeclIndex) -> [UInt8] {
        modulePrefix(graph.file(of: declaration)) + graph[text: declaration].name
    }

    /// What the qualified names of the declarations of `file` begin with. Neighbours are asked for one after the other.
    func modulePrefix(_ file: FileNumber) -> [UInt8] {
        if lastModule.file != file {
            lastModule = (file, Array(package(of: file).qualifiedName("", in: files.path(file)).utf8))
        }
        return lastModule.prefix
    }
}

extension Interface.Category {
    /// Whether a reference is an address, and so depends on the type alone.
    var hasAddress: Bool {
        switch self {
        case .function, .constantStorage, .global: true
        case .constant, .module, .export: false
        }
    }
}

extension Frame {
    /// Adds a question of the analysis, and the hash of the answer.
    mutating func add(_ target: DeclIndex, _ kind: EdgeKind, seen: UInt64) {
        add(EdgeRecord(target: target.rawValue, kind: kind, isFromInterface: isInterface, seen: seen))
    }

    /// Adds a question, or the fuller one in the place of what was asked of the same declaration before.
    @inline(__always)
    mutating func add(_ edge: EdgeRecord) {
        guard edges.count < Frame.searched else { return addToMany(edge) }
        for place in edges.indices where edges[place].target == edge.target {
            let known = edges[place].kind
            if known == edge.kind || known == .exists { return edges[place] = edge }
            if edge.kind == .exists { return }
        }
        append(edge)
    }

    private mutating func addToMany(_ edge: EdgeRecord) {
        if let place = places[Frame.key(edge.target, edge.kind)] { return edges[place] = edge }
        if edge.kind == .exists {
            if Frame.fullerKinds.contains(where: { places[Frame.key(edge.target, $0)] != nil }) { return }
        } else if let place = places.removeValue(forKey: Frame.key(edge.target, .exists)) {
            edges[place] = edge
            return places[Frame.key(edge.target, edge.kind)] = place
        }
        append(edge)
    }

    private mutating func append(_ edge: EdgeRecord) {
        if edges.capacity == 0 { edges.reserveCapacity(Frame.usual) }
        edges.append(edge)
        if edges.count == Frame.searched {
            for (place, edge) in edges.enumerated() { places[Frame.key(edge.target, edge.kind)] = place }
        } else if edges.count > Frame.searched {
            places[Frame.key(edge.target, edge.kind)] = edges.count - 1
        }
    }

    /// Forgets the questions; their memory stays.
    mutating func removeAll() {
        edges.removeAll(keepingCapacity: true)
        if !places.isEmpty { places = [:] }
    }

    /// Most analyses ask no more questions.
    private static let usual = 8
    /// Below this a search through the questions is faster than a dictionary.
    private static let searched = 16

    /// What is asked of a declaration that exists.
    private static let fullerKinds: [EdgeKind] = [.type, .value, .body]

    private static func key(_ target: DeclNumber, _ kind: EdgeKind) -> UInt64 {
        UInt64(target) << 8 | UInt64(kind.rawValue)
    }
}
