import ZIR

// Whole declarations.
extension Analysis {
    /// What others see of the declaration.
    func interface() throws(AnalysisStop) -> Interface {
        guard let root = syntax.root else { throw failure(.start, Messages.expectedDeclaration) }
        setCurrent(root, .root)
        switch root.opcode {
        case .fn: return try functionInterface()
        case .str: return try stringInterface()
        case .global: return try globalInterface()
        case .import: return Interface(category: .module, type: .void, value: .void)
        case .export: return Interface(category: .export, type: .void, value: .void)
        default: return try constantInterface()
        }
    }

    private func functionInterface() throws(AnalysisStop) -> Interface {
        let type = try type(0)
        guard let function = types.function(type) else {
            throw failure(operand(0).position, "expected function type, found '\(name(of: type))'")
        }
        if function.isVariadic { throw notBuilt(operand(0).position, "a function with varargs is") }
        if operand(2).kind != .absent { throw notBuilt(operand(2).position, "'section' is") }
        return Interface(category: .function, type: type, value: .place(Place(base: .declaration(declaration))))
    }

    private func stringInterface() throws(AnalysisStop) -> Interface {
        let type = try stringType(length: Int(literal(0).count))
        return Interface(category: .constantStorage, type: type, value: .place(Place(base: .declaration(declaration))))
    }

    private func constantInterface() throws(AnalysisStop) -> Interface {
        let result = try analyzeRoot()
        guard let value = knownValue(result) else {
            throw failure("unable to resolve comptime value")
        }
        let place = Place(base: .declaration(declaration))
        if try isStored(value, result.type) {
            return Interface(category: .constantStorage, type: result.type, value: .place(place))
        }
        return Interface(category: .constant, type: result.type, value: value)
    }

    /// Whether the declaration, whose value this is, has storage: for what it points at, or for itself if it is an
    /// array. One that stands in the storage of another declaration needs none of its own.
    private func isStored(_ value: Value, _ type: TypeIndex) throws(AnalysisStop) -> Bool {
        if case .place(let place) = value, case .local = place.base { return true }
        guard types.array(type) != nil, types.isAvailableAtRunTime(type), types.onlyValue(of: type) == nil else {
            return false
        }
        guard case .array = value else { return false }
        _ = try content(of: value, type, at: current.position)
        return true
    }

    /// The storage of a declaration that is neither a string nor a function.
    private func constantBody(_ interface: Interface) throws(AnalysisStop) -> AnalyzedBody {
        guard interface.category == .constantStorage else { return .none }
        let result = try analyzeRoot()
        guard let value = knownValue(result) else { return .none }
        if case .place(let place) = value, case .local(let index) = place.base {
            return .data(constants[Int(index)].content)
        }
        return .data(try content(of: value, result.type, at: current.position))
    }

    /// What the declaration puts into the program.
    func body(_ interface: Interface) throws(AnalysisStop) -> AnalyzedBody {
        guard let root = syntax.root else { return .none }
        setCurrent(root, .root)
        switch root.opcode {
        case .str:
            _ = try stringInterface()
            return .data(Content(string: syntax.bytes(try literal(0))))
        case .global: return .data(try globalContent(interface))
        case .fn: return try makeCode(interface.type) ? .function(IRFunction(code.finished)) : .none
        default: return try constantBody(interface)
        }
    }

    /// Makes what the declaration does, in `code`; false if it is no function, which `type` says too.
    func makeCode(_ type: TypeIndex) throws(AnalysisStop) -> Bool {
        guard let root = syntax.root, root.opcode == .fn, let type = types.function(type) else { return false }
        setCurrent(root, .root)
        guard operand(1).kind == .body else {
            throw failure(operand(1).position, Messages.expectedOperand("body"))
        }
        try analyzeFunction(operand(1).range, type: type)
        return true
    }

    /// What the declaration, an `export`, asks of the linker; nil if it is none.
    func export() throws(AnalysisStop) -> ExportRequest? {
        guard let root = syntax.root, root.opcode == .export else { return nil }
        setCurrent(root, .root)
        let symbol = try symbolName()
        let target = try exportTarget(operand(1))
        let linkage = try tag(2, as: Linkage.self) ?? .Strong
        if linkage == .LinkOnce { throw failure(operand(2).position, "linkage 'LinkOnce' is not supported") }
        if let known = KnownSymbol(rawValue: text(symbol)), linkage != .Internal {
            try requireUse(of: target, as: known, linkage)
        }
        return ExportRequest(
            symbol: symbol, target: target, linkage: linkage, symbolPosition: operand(0).position)
    }

    /// An error unless `target` can be what `symbol` means to zbuild.
    private func requireUse(
        of target: DeclIndex, as symbol: KnownSymbol, _ linkage: Linkage
    ) throws(AnalysisStop) {
        let position = operand(1).position
        let type = try interface(of: target, at: position).type
        switch symbol {
        case .entryPoint:
            guard linkage == .Strong else { return }
            if let function = types.function(type), function.convention == .Naked || function.parameters.count == 0 {
                return
            }
            throw failure(position, "type '\(name(of: type))' cannot be the entry point")
        case .panicSink:
            let sink = try panicSinkType()
            if type != sink { throw mismatch(position, expected: sink, found: type) }
        }
    }

    /// `fn([*]const u8, usize) callconv(.C) noreturn`
    private func panicSinkType() throws(AnalysisStop) -> TypeIndex {
        let text = try pointerType(PointerType(size: .many, isConst: true, child: .u8))
        let parameters = types.parameterList([text, .usize])
        return try index(of: .function(FunctionType(parameters: parameters, result: .noreturn, convention: .C)))
    }

    private func symbolName() throws(AnalysisStop) -> [UInt8] {
        let symbol = try string(0)
        let position = operand(0).position
        if symbol.isEmpty { throw failure(position, "symbol has no name") }
        if symbol.contains(0) { throw failure(position, "symbol has a NUL in its name") }
        return symbol
    }

    private func exportTarget(_ operand: Operand) throws(AnalysisStop) -> DeclIndex {
        guard operand.kind == .decl || operand.kind == .string else {
            throw failure(operand.position, Messages.expectedOperand("decl"))
        }
        let target = try lookup(operand.range, at: operand.position)
        let interface = try interface(of: target, at: operand.position)
        switch interface.category {
        case .function, .global: return target
        case .module: throw failure(operand.position, "expected function or global, found module")
        case .export: throw failure(operand.position, "expected function or global, found export")
        case .constant, .constantStorage:
            throw failure(operand.position, "unable to export type '\(name(of: interface.type))'")
        }
    }
}

extension Content {
    /// The storage of a `str`: its bytes and a NUL.
    init(string: SyntaxList<UInt8>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(string.count + 1)
        bytes.append(contentsOf: string)
        bytes.append(0)
        self.init(bytes: bytes)
    }
}

extension Syntax {
    /// The name of a function's type, if that says all that the function is to others but for its place.
    public var functionTypeName: SyntaxRange? {
        guard rootOpcode == .fn, let root, root.operands.count == 3, operand(2, of: root).kind == .absent else {
            return nil
        }
        let type = operand(0, of: root)
        return type.kind == .decl ? type.range : nil
    }
}
