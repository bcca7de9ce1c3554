import Cache
import Semantics
import ZIR

/// What declarations are to others, found out before it is known whether anything reaches them.
///
/// It asks as the update does, and leaves no trace in the graph: no number for a name that is nowhere, no state, no error.
/// What is not plain is given up. The update takes over what was found once it comes to the declaration itself, and need
/// not ask again: in an update from nothing all follows from the texts, which have been read by now.
final class InterfacesAhead: NameLookup {
    /// What was found out about a declaration, and about all functions that are like it.
    struct Finding {
        /// Its interface; the value of what has an address is that of whoever was looked at first.
        let interface: Interface
        /// The same as the graph has it.
        let stored: StoredInterface
        /// Its number in `stored`.
        let number: InterfaceNumber
        /// How an edge to it is to be read.
        let kind: EdgeKind
        /// What was asked to find it out.
        let edges: [EdgeRecord]
    }

    /// Number of a finding.
    typealias FindingNumber = Int32

    private let update: Update
    /// All interfaces that were found, for whoever analyses a body that asks.
    let stored = Locked<[StoredInterface]>([])
    private let findings = FlatTable<Finding>()
    /// The findings about declarations.
    private let numbers = DeclPages<FindingNumber>()
    /// The numbers of the interfaces of what has an address, by category and type.
    private var interfaceNumbers: [UInt64: InterfaceNumber] = [:]
    /// The function that was analysed last.
    private var lastFunction: Function?
    /// The analyses that are under way, each with the questions it has asked.
    private var frames: [Frame] = []

    /// A function that its type alone makes what it is to others: like it are all of its file that name the same type.
    private struct Function {
        let file: FileNumber
        /// Where the type is named.
        let syntax: Syntax
        let typeName: SyntaxRange
        let finding: FindingNumber
    }

    /// One declaration asks about the next at most so often; what lies deeper is left to the update.
    private static let depthLimit = 32
    /// Nobody has looked at the declaration.
    private static let unknown: FindingNumber = -1
    /// It was given up, or is not done yet.
    private static let nothing: FindingNumber = -2

    init(_ update: Update) { self.update = update }

    func leaveMemory() { numbers.leaveMemory() }

    /// What `declaration` is; nil if that is left to the update.
    @inline(__always)
    func found(_ declaration: DeclIndex) -> FindingNumber? {
        let number = numbers.element(declaration, orNew: InterfacesAhead.unknown)
        let known = number.pointee
        if known >= 0 { return known }
        return known == InterfacesAhead.unknown ? findOut(declaration, number) : nil
    }

    /// What `declaration` is, whose `number` nobody knows yet.
    @inline(never)
    private func findOut(
        _ declaration: DeclIndex, _ number: UnsafeMutablePointer<FindingNumber>
    ) -> FindingNumber? {
        number.pointee = InterfacesAhead.nothing
        guard let finding = settled(declaration) ?? analyzed(declaration) else { return nil }
        number.pointee = finding
        return finding
    }

    /// What `declaration` is if that was found out.
    func known(_ declaration: DeclIndex) -> FindingNumber? {
        guard let number = numbers.loaded(declaration)?.pointee, number >= 0 else { return nil }
        return number
    }

    /// A finding, where it stands: a copy would count references.
    subscript(finding: FindingNumber) -> Finding {
        @inline(__always) _read { yield findings.elements[Int(finding)] }
    }

    /// What `declaration` is to others, of which `finding` is.
    func interface(_ finding: FindingNumber, of declaration: DeclIndex) -> Interface {
        var interface = self[finding].interface
        if interface.category.hasAddress { interface.value = .place(Place(base: .declaration(declaration))) }
        return interface
    }

    /// What the update has settled already.
    private func settled(_ declaration: DeclIndex) -> FindingNumber? {
        let graph = update.graph
        guard update.hasMark(declaration, Mark.settled), graph[state: declaration].interfaceState == .done,
            let interface = update.decodedInterface(declaration)
        else { return nil }
        let (bytes, hash) = (graph[state: declaration].interface, graph[state: declaration].typeHash)
        let edges = Array(graph[state: declaration].edges.prefix { $0.isFromInterface })
        return add(interface, StoredInterface(bytes: bytes, hash: hash), edges)
    }

    private func analyzed(_ declaration: DeclIndex) -> FindingNumber? {
        guard frames.count < InterfacesAhead.depthLimit, let syntax = update.plainSyntax(declaration),
            let opcode = syntax.rootOpcode, opcode != .export
        else { return nil }
        let file = update.graph.file(of: declaration)
        let typeName = syntax.functionTypeName
        if let typeName, let known = likeLastFunction(file, syntax, typeName) { return known }
        frames.append(Frame(asker: declaration, isInterface: true))
        let interface = try? analyze(syntax, opcode, declaration)
        let edges = frames.removeLast().edges
        guard let interface else { return nil }
        let finding = add(interface, update.stored(interface, of: declaration), edges)
        if let typeName {
            lastFunction = Function(file: file, syntax: syntax, typeName: typeName, finding: finding)
        }
        return finding
    }

    /// Most functions have the type of their neighbour. That they are not analysed is a thirtieth of a clean build.
    private func likeLastFunction(_ file: FileNumber, _ syntax: Syntax, _ typeName: SyntaxRange) -> FindingNumber? {
        guard lastFunction?.file == file, let last = lastFunction else { return nil }
        let isSame = syntax.withUnsafeBytes(of: typeName) { name in
            last.syntax.withUnsafeBytes(of: last.typeName) { $0.elementsEqual(name) }
        }
        return isSame ? last.finding : nil
    }

    private func analyze(
        _ syntax: Syntax, _ opcode: Opcode, _ declaration: DeclIndex
    ) throws(AnalysisStop) -> Interface? {
        guard opcode != .import else { return try update.moduleInterface(declaration, syntax) }
        return try update.analyzer.analyzeInterface(syntax, of: declaration, program: self)
    }

    private func add(_ interface: Interface, _ stored: StoredInterface, _ edges: [EdgeRecord]) -> FindingNumber {
        findings.append(
            Finding(
                interface: interface, stored: stored, number: number(of: interface, stored),
                kind: interface.category.hasAddress ? .type : .value, edges: edges))
        return FindingNumber(findings.count - 1)
    }

    private func number(of interface: Interface, _ stored: StoredInterface) -> InterfaceNumber {
        guard interface.category.hasAddress else { return add(stored) }
        if let known = interfaceNumbers[interface.typeKey] { return known }
        let number = add(stored)
        interfaceNumbers[interface.typeKey] = number
        return number
    }

    private func add(_ interface: StoredInterface) -> InterfaceNumber {
        stored.with { stored in
            stored.append(interface)
            return InterfaceNumber(stored.count - 1)
        }
    }
}

// Questions.
extension InterfacesAhead {
    /// Looks a name with dots up as `asker` would. Gives whom it found, and what the lookup asks besides of that one.
    func resolve(_ name: UnsafeRawBufferPointer, for asker: DeclIndex) -> (target: DeclIndex, steps: [EdgeRecord])? {
        frames.append(Frame(asker: asker, isInterface: false))
        let target = (try? lookup(name)).flatMap { $0 }
        let edges = frames.removeLast().edges
        return target.map { ($0, edges.dropLast()) }
    }

    /// Who has a name without dots in the file of `names`, and stands in its text.
    func find(_ name: NameTable.Key, in names: NameTable) -> DeclIndex? {
        guard let declaration = names.find(name), update.graph.text(declaration).pointee.isPresent else { return nil }
        return declaration
    }

    var askingFile: FileNumber? { frames.last.map { update.graph.file(of: $0.asker) } }

    func ask(_ name: UnsafeRawBufferPointer, in file: FileNumber) throws(AnalysisStop) -> DeclIndex? {
        guard let declaration = find(NameTable.Key(name), in: update.nameTable(file)) else { throw .blocked(.none) }
        record(declaration, .exists, seen: Answer.found)
        return declaration
    }

    func importedFile(_ declaration: DeclIndex) -> FileNumber? { update.importedFile(declaration) }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        guard let finding = found(declaration) else { throw .blocked(declaration) }
        record(declaration, self[finding].kind, seen: self[finding].stored.hash)
        return interface(finding, of: declaration)
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content { throw .blocked(declaration) }

    func name(of declaration: DeclIndex) -> String { update.name(of: declaration) }

    private func record(_ target: DeclIndex, _ kind: EdgeKind, seen: UInt64) {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].add(target, kind, seen: seen)
    }
}

/// Number of an interface found ahead.
typealias InterfaceNumber = Int32
