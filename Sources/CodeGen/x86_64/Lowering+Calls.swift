import Semantics
import ZIR

/// Calls and arguments, as the System V ABI has them (its section 3.2.3): the first six words in registers, the others on
/// the stack.
extension Lowering {
    /// Bytes of one word.
    private static let word: Int32 = 8

    /// Puts the words that the function was called with into their homes; they come first, from instruction `start` on.
    /// Returns the number of the instruction behind them. A caller of the C convention leaves the upper bits of a narrow
    /// word open.
    func lowerArguments(from start: Int) -> Int {
        var end = start
        while end < function.insts.count, function.insts[end].op == .argument { end += 1 }
        for index in start..<end where !staysWhereItArrives(index) {
            moveArrived(start..<end)
            break
        }
        for index in start..<end where isNeeded(index) { lowerArrived(index) }
        return end
    }

    /// Whether argument `index` comes in the register that is its home, or in none, or is not needed.
    @inline(__always)
    private func staysWhereItArrives(_ index: Int) -> Bool {
        guard isNeeded(index), let arrival = arrival(of: index) else { return true }
        return registers[index] == arrival
    }

    /// Moves the `arguments` that come in registers to their homes.
    private func moveArrived(_ arguments: Range<Int>) {
        var moves = ParallelMove()
        for index in arguments where isNeeded(index) {
            guard let arrival = arrival(of: index) else { continue }
            if let register = registers[index] {
                moves.add(from: arrival, to: register)
            } else {
                let type = function.insts[index].type
                // The arrival registers of the others must stay: only `rax` is free here.
                if type.bits < 64 { extend(.rax, arrival, type) }
                store(type.bits < 64 ? .rax : arrival, asResultOf: index)
            }
        }
        emit(&moves)
    }

    /// The register in which argument `index` comes; nil if it comes on the stack.
    @inline(__always)
    private func arrival(of index: Int) -> Register? {
        let number = Int(function.insts[index].data)
        return number < SystemV.arguments.count ? SystemV.arguments[number] : nil
    }

    /// Finishes an argument when no arrival register is needed any more.
    private func lowerArrived(_ index: Int) {
        let inst = function.insts[index]
        let target = target(index)
        if arrival(of: index) != nil {
            // What has no register is in its home already.
            if target != .rax && inst.type.bits < 64 { extend(target, target, inst.type) }
            return
        }
        let position = Int32(clamping: Int(inst.data) - SystemV.arguments.count)
        // Behind the caller's `rbp` and the return address.
        assembler.load(target, .base(.rbp, (position + 2) * Lowering.word))
        if inst.type.bits < 64 { extend(target, target, inst.type) }
        store(target, asResultOf: index)
    }

    /// A callee of the C convention leaves the upper bits of a narrow result open, so they are made here.
    func lowerCall(_ index: Int) {
        let inst = function.insts[index]
        let arguments = SystemV.split(function.callArguments(inst))
        if isNaked { alignStack() }
        let room = arguments.onStack.isEmpty ? 0 : storeOnStack(arguments.onStack)
        if let target = calledDeclaration(inst.a) {
            load(SystemV.arguments, arguments.inRegisters)
            assembler.call(slotOf: target)
        } else {
            // No argument is there.
            load(.rax, inst.a)
            load(SystemV.arguments, arguments.inRegisters)
            assembler.call(.register(.rax))
        }
        if room > 0 { assembler.arithmetic(.add, .rsp, immediate: room) }
        if isNaked { restoreStack() }
        if !isNeeded(index) { return }
        let target = target(index)
        extend(target, .rax, inst.type)
        store(target, asResultOf: index)
    }

    /// Puts `arguments` on the stack. Returns how many bytes they take there, a multiple of 16.
    private func storeOnStack(_ arguments: Table<UInt32>) -> Int32 {
        let room = (Int32(clamping: arguments.count) * Lowering.word + 15) & ~15
        assembler.arithmetic(.sub, .rsp, immediate: room)
        for position in arguments.indices {
            let slot = Memory.base(.rsp, Int32(clamping: position) * Lowering.word)
            store(slot, IRRef(rawValue: arguments[position]), .quad)
        }
        return room
    }

    /// The function at whose beginning `callee` is; nil if that is not known.
    private func calledDeclaration(_ callee: IRRef) -> DeclIndex? {
        guard let index = callee.constantIndex, case .place(let place) = function.constants[Int(index)],
            case .declaration(let target) = place.base, place.offset == 0
        else { return nil }
        return target
    }

    /// The stack must be aligned to 16 bytes at a call. A frame sees to that; a Naked function aligns it here, and
    /// finds the old stack pointer again in the upper of two copies, one of which is 8 bytes above the aligned top.
    private func alignStack() {
        assembler.push(.rsp)
        assembler.push(.base(.rsp))
        assembler.arithmetic(.and, .rsp, immediate: -16)
    }

    private func restoreStack() {
        assembler.load(.rsp, .base(.rsp, 8))
    }
}
