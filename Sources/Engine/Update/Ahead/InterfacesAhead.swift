import Cache
import Semantics
import ZIR

/// What declarations are to others, found out before it is known whether anything reaches them.
///
/// It asks as the update does, and leaves no trace in the graph: no number for a name that is nowhere, no state, no error.
/// What is not plain is given up. The update takes over what was found once it comes to the declaration itself, and only
/// if the answers to what was asked are the same then.
final class InterfacesAhead: NameLookup {
    /// What was found out about a declaration.
    struct Found {
        /// Its interface as it is stored, in `stored`.
        var number: InterfaceNumber
        /// What stands for the answer that it gives.
        var seen: UInt64
        /// How an edge to it is to be read.
        var kind: EdgeKind

        /// Of a declaration that was given up, or is not done yet.
        static let nothing = Found(number: -1, seen: 0, kind: .exists)
    }

    private let update: Update
    /// All that were found, for whoever analyses a body that asks.
    let stored = Locked<[StoredInterface]>([])
    private let known = DeclTable<Found>()
    /// What was asked to find it out, until the update takes it over.
    private let questions = DeclTable<[EdgeRecord]>()
    /// The numbers of those of what has an address, by category and type.
    private var numbers: [UInt64: InterfaceNumber] = [:]
    /// The function that was analysed last.
    private var lastFunction: Function?
    /// The analyses that are under way, each with the questions it has asked.
    private var frames: [Frame] = []

    /// A function that its type alone makes what it is to others: like it are all of its file that name the same type.
    private struct Function {
        var file: FileNumber
        /// Where the type is named.
        var syntax: Syntax
        var typeName: SyntaxRange
        var interface: Interface
        var edges: [EdgeRecord]
        var found: Found
    }

    /// One declaration asks about the next at most so often; what lies deeper is left to the update.
    private static let depthLimit = 32

    init(_ update: Update) { self.update = update }

    func leaveMemory() {
        known.leaveMemory()
        questions.leaveMemory()
    }

    /// What `declaration` is; nil if that is left to the update.
    func found(_ declaration: DeclIndex) -> Found? {
        if let found = known[declaration] { return found.number < 0 ? nil : found }
        known[declaration] = .nothing
        guard let found = settled(declaration) ?? analyzed(declaration) else { return nil }
        known[declaration] = found
        return found
    }

    /// What `declaration`, which was found, asked for that.
    func questions(of declaration: DeclIndex) -> [EdgeRecord] {
        questions[declaration] ?? Array(update.graph[state: declaration].edges.prefix { $0.isFromInterface })
    }

    /// The same for the update, which has it from now on; nil if it had it already, or nothing was found.
    func takeQuestions(of declaration: DeclIndex) -> [EdgeRecord]? {
        guard let edges = questions[declaration] else { return nil }
        questions[declaration] = nil
        return edges
    }

    /// What the update has settled already.
    private func settled(_ declaration: DeclIndex) -> Found? {
        let graph = update.graph
        guard update.hasMark(declaration, Mark.settled), graph[state: declaration].interfaceState == .done,
            let interface = update.decodedInterface(declaration)
        else { return nil }
        let (bytes, hash) = (graph[state: declaration].interface, graph[state: declaration].typeHash)
        return add(StoredInterface(bytes: bytes, hash: hash), interface)
    }

    private func analyzed(_ declaration: DeclIndex) -> Found? {
        guard frames.count < InterfacesAhead.depthLimit, let syntax = update.plainSyntax(declaration),
            let opcode = syntax.root?.opcode, opcode != .export
        else { return nil }
        if let known = likeLastFunction(declaration, syntax) { return known }
        frames.append(Frame(asker: declaration, isInterface: true))
        let interface = try? analyze(syntax, opcode, declaration)
        let edges = frames.removeLast().edges
        guard let interface else { return nil }
        update.interfaces[declaration] = interface
        questions[declaration] = edges
        let found = add(update.stored(interface, of: declaration), interface)
        if let typeName = syntax.functionTypeName {
            lastFunction = Function(
                file: update.graph.file(of: declaration), syntax: syntax, typeName: typeName, interface: interface,
                edges: edges, found: found)
        }
        return found
    }

    /// Most functions have the type of their neighbour. That they are not analysed is a thirtieth of a clean build.
    private func likeLastFunction(_ declaration: DeclIndex, _ syntax: Syntax) -> Found? {
        guard let typeName = syntax.functionTypeName, let last = lastFunction,
            last.file == update.graph.file(of: declaration),
            syntax.bytes(typeName).elementsEqual(last.syntax.bytes(last.typeName))
        else { return nil }
        var interface = last.interface
        interface.value = .place(Place(base: .declaration(declaration)))
        update.interfaces[declaration] = interface
        questions[declaration] = last.edges
        return last.found
    }

    private func analyze(
        _ syntax: Syntax, _ opcode: Opcode, _ declaration: DeclIndex
    ) throws(AnalysisStop) -> Interface? {
        guard opcode != .import else { return try update.moduleInterface(declaration, syntax) }
        return try update.analyzer.analyzeInterface(syntax, of: declaration, program: self)
    }

    private func add(_ interface: StoredInterface, _ value: Interface) -> Found {
        Found(
            number: number(of: interface, value), seen: interface.hash,
            kind: value.category.hasAddress ? .type : .value)
    }

    private func number(of interface: StoredInterface, _ value: Interface) -> InterfaceNumber {
        guard value.category.hasAddress else { return add(interface) }
        if let known = numbers[value.typeKey] { return known }
        let number = add(interface)
        numbers[value.typeKey] = number
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
    /// Looks `name` up as `asker` would. Gives whom it found, and what the lookup asks besides of that one.
    func resolve(_ name: UnsafeRawBufferPointer, for asker: DeclIndex) -> (target: DeclIndex, steps: [EdgeRecord])? {
        guard name.contains(0x2e) else {
            return find(name, in: update.graph.file(of: asker)).map { ($0, []) }
        }
        frames.append(Frame(asker: asker, isInterface: false))
        let target = (try? lookup(name)).flatMap { $0 }
        let edges = frames.removeLast().edges
        return target.map { ($0, edges.dropLast()) }
    }

    var askingFile: FileNumber? { frames.last.map { update.graph.file(of: $0.asker) } }

    func ask(_ name: UnsafeRawBufferPointer, in file: FileNumber) throws(AnalysisStop) -> DeclIndex? {
        guard let declaration = find(name, in: file) else { throw .blocked(.none) }
        record(declaration, .exists, seen: Answer.found)
        return declaration
    }

    func importedFile(_ declaration: DeclIndex) -> FileNumber? { update.importedFile(declaration) }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        guard let found = found(declaration), let interface = update.decodedInterface(declaration) else {
            throw .blocked(declaration)
        }
        record(declaration, found.kind, seen: found.seen)
        return interface
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content { throw .blocked(declaration) }

    func name(of declaration: DeclIndex) -> String { update.name(of: declaration) }

    /// Who has that name in `file`, and stands in its text.
    private func find(_ name: UnsafeRawBufferPointer, in file: FileNumber) -> DeclIndex? {
        guard let declaration = update.nameTable(file).find(name), update.graph[text: declaration].isPresent else {
            return nil
        }
        return declaration
    }

    private func record(_ target: DeclIndex, _ kind: EdgeKind, seen: UInt64) {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].add(target, kind, seen: seen)
    }
}

/// Number of an interface found ahead.
typealias InterfaceNumber = Int
