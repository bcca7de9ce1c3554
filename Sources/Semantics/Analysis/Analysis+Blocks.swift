import ZIR

// `block`, `loop` and breaks.
//
// The type of a block is known when the last break to it is. So code leaves room: before the body for the variables that
// will hold the result, and at each break for giving them their values.
extension Analysis {
    /// How many instructions the variables of a result take at most: those of a slice.
    private static let resultWords = 2

    func analyzeBlock() throws(AnalysisStop) -> Flow {
        try requireBody()
        let range = try body(0)
        let block = OpenBlock(inst: currentIndex, endLabel: newLabel(), room: try keepRoom(Self.resultWords))
        work.blocks.append(block)
        frames.append(BodyFrame(role: .block, range: range))
        return .opened
    }

    func analyzeLoop() throws(AnalysisStop) -> Flow {
        try requireBody()
        let range = try body(0)
        let start = newLabel()
        try label(start)
        code.mayLoop = true
        frames.append(BodyFrame(role: .loop(startLabel: start), range: range))
        return .opened
    }

    /// `break` and `breakvoid`.
    func analyzeBreak(isVoid: Bool) throws(AnalysisStop) -> Flow {
        try requireBody()
        let target = operand(0)
        guard let place = work.blocks.lastIndex(where: { UInt64($0.inst.rawValue) == target.payload }),
            target.kind == .local
        else { throw failure(target.position, Messages.expectedOperand("block")) }
        let value = isVoid ? .void : try value(1)
        let position = isVoid ? current.position : operand(1).position
        let room = try keepRoom(wordCount(value))
        try append(IRInst(.jump, data: work.blocks[place].endLabel, position: current.position))
        work.blocks[place].breaks.append(
            OpenBlock.Break(value: value, position: position, inst: currentIndex, room: room))
        return .left
    }

    /// How many variables `value` may set. One without a type of its own may have to be any.
    private func wordCount(_ value: TypedValue) -> Int {
        if value.type == .undefined || value.type == .null { return Self.resultWords }
        if value.type == .comptimeInt { return 1 }
        return types.runTimeForm(of: value.type)?.wordCount ?? 0
    }

    /// Appends `count` instructions that do nothing and returns the number of the first.
    private func keepRoom(_ count: Int) throws(AnalysisStop) -> UInt32 {
        let first = UInt32(code.insts.count)
        for _ in 0..<count { try append(IRInst(.nothing, position: current.position)) }
        return first
    }

    /// Ends the innermost block and says whether code goes on behind it.
    func closeBlock(endsBelow: Bool) throws(AnalysisStop) -> Bool {
        guard var block = work.blocks.popLast() else { return endsBelow }
        setCurrent(block.inst)
        if endsBelow {
            block.breaks.append(
                OpenBlock.Break(value: .void, position: current.position, inst: block.inst, room: 0))
        }
        if block.breaks.isEmpty { return false }
        results[Int(block.inst.rawValue)] = try result(of: block)
        try label(block.endLabel)
        return true
    }

    private func setCurrent(_ inst: InstIndex) {
        setCurrent(syntax.inst(inst), inst)
    }

    /// What a block is. With one way out that is what stands there; else the ways give it to variables.
    private func result(of block: OpenBlock) throws(AnalysisStop) -> TypedValue {
        if block.breaks.count == 1 { return block.breaks[0].value }
        let type = try peerType(of: block.breaks)
        let form = try runTimeForm(of: type, at: current.position)
        if form == .nothing { return try value(Words(), type, form) }
        if function?.convention == .Naked { throw needsFrame() }
        let variables = try makeVariables(form, block.room)
        for way in block.breaks { try assign(way, type, form, to: variables) }
        return try value(variables, type, form)
    }

    private func peerType(of breaks: [OpenBlock.Break]) throws(AnalysisStop) -> TypeIndex {
        var type = breaks[0].value.type
        for way in breaks.dropFirst() {
            if type == .undefined { type = way.value.type }
            if way.value.type == .undefined { continue }
            guard let peer = commonType(type, way.value.type) else {
                throw incompatible(type, way.value.type, at: way.position)
            }
            type = peer
        }
        return type
    }

    private func makeVariables(_ form: RunTimeForm, _ room: UInt32) throws(AnalysisStop) -> Words {
        let words = Words(first: .inst(room), second: .inst(room + 1))
        switch form {
        case .nothing: break
        case .scalar(let shape): fill(room, .variable, shape)
        case .slice:
            fill(room, .variable, .pointer)
            fill(room + 1, .variable, IRType(bits: 64))
        case .memory(let layout): fill(room, .stackSlot, .pointer, data: try addStackSlot(layout))
        }
        return words
    }

    /// Makes the value of one way that of the block, which has `type`. A run-time integer of a narrower type is in code
    /// what it is as one of `type`: both are extended alike.
    private func assign(
        _ way: OpenBlock.Break, _ type: TypeIndex, _ form: RunTimeForm, to variables: Words
    ) throws(AnalysisStop) {
        setCurrent(way.inst)
        var value = way.value
        if value.known != nil { value = try coerce(value, to: type, at: way.position) }
        if value.isUndefined { return }
        let words = try words(of: value, form, at: way.position)
        switch form {
        case .nothing: break
        case .scalar: fill(way.room, .assign, a: variables.first, b: words.first)
        case .slice:
            fill(way.room, .assign, a: variables.first, b: words.first)
            fill(way.room + 1, .assign, a: variables.second, b: words.second)
        case .memory(let layout):
            fill(way.room, .copy, a: variables.first, b: words.first, data: UInt32(clamping: layout.size))
        }
    }

    /// Makes something of an instruction that was kept free.
    private func fill(
        _ index: UInt32, _ op: IRInst.Op, _ type: IRType = .void, a: IRRef = .none, b: IRRef = .none, data: UInt32 = 0
    ) {
        let kept = code.insts[Int(index)]
        code.insts[Int(index)] = IRInst(
            op, type: type, a: a, b: b, data: data, position: kept.position, source: kept.source)
    }
}
