import ZIR

// Memory of the function's own, and writing.
extension Analysis {
    /// `alloc`: room in the frame, the same each time the instruction is executed.
    func analyzeAlloc() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        let type = try type(0)
        let layout = try runTimeLayout(of: type, at: operand(0).position)
        let result = try pointerType(PointerType(size: .one, isConst: false, child: type))
        return .runTime(try stackSlot(layout), result)
    }

    /// The layout of `type`, whose values may exist at run time; else an error at `position`.
    func runTimeLayout(of type: TypeIndex, at position: Position) throws(AnalysisStop) -> Layout {
        guard types.isAvailableAtRunTime(type), let layout = types.layout(of: type) else {
            throw unavailable(type, at: position)
        }
        return layout
    }

    func analyzeStore() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        let (pointer, type) = try pointerOperand()
        let position = operand(0).position
        try requireSingle(pointer.type, type, at: position)
        if type.isConst {
            throw failure(position, "cannot assign through constant pointer '\(name(of: pointer.type))'")
        }
        let value = try value(1, as: type.child)
        let form = try runTimeForm(of: type.child, at: position)
        try store(value, form, to: lower(pointer, at: position), at: operand(1).position)
        return .void
    }

    /// An error at `position` unless what `pointer` says is one object.
    @inline(__always)
    func requireSingle(
        _ type: TypeIndex, _ pointer: PointerType, at position: @autoclosure () -> Position
    ) throws(AnalysisStop) {
        if pointer.size != .one && pointer.size != .c { throw notSingle(type, pointer, at: position()) }
    }

    private func notSingle(_ type: TypeIndex, _ pointer: PointerType, at position: Position) -> AnalysisStop {
        if pointer.size == .slice { return expectedPointer(type, at: position) }
        return failure(position, "index syntax required for unknown-length pointer type '\(name(of: type))'")
    }

    /// `ref` of a value that is not known: it gets room in the frame.
    func referenceInFrame(to value: TypedValue, at position: Position) throws(AnalysisStop) -> TypedValue {
        let form = try runTimeForm(of: value.type, at: position)
        let slot = try stackSlot(runTimeLayout(of: value.type, at: position))
        try store(value, form, to: slot, at: position)
        return .runTime(slot, try pointerType(PointerType(size: .one, isConst: true, child: value.type)))
    }
}
