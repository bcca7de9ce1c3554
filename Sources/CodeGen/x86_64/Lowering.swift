import Semantics
import ZIR

/// Turns one body into x86-64 code, one instruction at a time, in order.
///
/// Needs the homes that `Homes` gave out; knows nothing of how. Each instruction reads its operands from their homes and
/// computes in the home of its result. `rax`, `rcx` and `rdx` are free for its use: nothing is kept there from one to the
/// next. The home of a result may be that of an operand, so an operand that is read after the result is begun must be
/// elsewhere. A value in a home is always extended to 64 bits as its type says. Checks that fail go to panic blocks
/// behind the code, and behind these stands the storage that the body owns.
final class Lowering {
    let function: Body
    let declaration: DeclIndex
    let uses: Uses
    let liveness: Liveness
    let homes: Homes
    /// What the numbers of homes stand for.
    let registers: [Register]
    let assemblies: [InlineAssembly]
    let frame: Frame
    let assembler: Assembler
    /// Label of the storage numbered 0; the others follow. Those of the body come first, so that their numbers agree.
    private let storage: Label
    private var panics: [PanicBlock] = []

    /// A panic whose code is still to come.
    private struct PanicBlock {
        var label: Label
        var source: InstIndex
        var message: PanicMessage
    }

    /// Chooses homes and registers; an error is one of an `asm`, or of too little room.
    init(
        _ body: IRFunction, declaration: DeclIndex, _ arena: Arena, _ assembler: Assembler
    ) throws(DiagnosticError) {
        let function = Body(body, in: arena)
        var touched: RegisterSet = []
        var assemblies: [InlineAssembly] = []
        for assembly in body.assemblies {
            let resolved = try InlineAssembly(assembly, hasFrame: function.convention != .Naked)
            touched.formUnion(resolved.touched)
            assemblies.append(resolved)
        }
        let loops = LoopNest(function)
        Promotion.run(function, loops)
        uses = Uses(function, loops)
        liveness = Liveness(function, loops, uses)
        let homeRegisters = HomeRegisters(function.convention)
        homes = Homes(
            function, uses, liveness, homeRegisters.description(function, uses, liveness, assemblies))
        registers = homeRegisters.registers
        frame = try Frame(
            function, uses, homes, changed: touched.union(homeRegisters.set(homes.usedRegisters)))
        self.function = function
        self.declaration = declaration
        self.assemblies = assemblies
        self.assembler = assembler
        _ = assembler.makeLabels(function.labels)
        storage = assembler.makeLabels(function.storage.count)
    }

    /// Whether the function has no frame.
    var isNaked: Bool { function.convention == .Naked }

    /// Emits the whole body.
    func run() throws(DiagnosticError) {
        emitPrologue()
        var index = 0
        while index < function.insts.count {
            if uses.isDropped(index, function) {
                index += 1
            } else if function.isFusedWithBranch(index, useCount: uses.counts[index]) {
                index = try lowerCompareAndBranch(index)
            } else {
                index = try lower(index)
            }
        }
        emitEndOfBody()
        for panic in panics {
            assembler.bind(panic.label)
            emitPanic(panic.message, panic.source)
        }
    }

    /// The finished code with the storage behind it. Call once, after `run`.
    func machineCode() -> MachineCode {
        var alignment: UInt32 = 16
        for (index, content) in function.storage.enumerated() {
            let contentAlignment = max(content.alignment, 8)
            alignment = max(alignment, contentAlignment)
            assembler.align(to: contentAlignment, filler: 0xcc)
            assembler.bind(storageLabel(UInt32(index)))
            assembler.emit(contentsOf: content.bytes)
        }
        relocateStorage()
        assembler.finish()
        return assembler.machineCode(alignment: alignment)
    }

    private func relocateStorage() {
        for (index, content) in function.storage.enumerated() {
            let start = storageOffset(UInt32(index))
            for address in content.addresses {
                assembler.add(
                    relocation(at: start + address.offset, to: address.place) { (declaration, storageOffset($0)) })
            }
        }
    }

    private func storageOffset(_ index: UInt32) -> UInt32 {
        guard let offset = assembler.offset(of: storageLabel(index)) else { unreachable("storage has no place") }
        return offset
    }

    /// Where constant `index` of the body stands.
    func storageLabel(_ index: UInt32) -> Label { Label(storage.rawValue + index) }
}

// MARK: - Frame

extension Lowering {
    private func emitPrologue() {
        if !frame.isNeeded { return }
        assembler.push(.rbp)
        assembler.move(.rbp, .rsp)
        frame.forEachSaved { register, _ in assembler.push(register) }
        let rest = frame.size - 8 * Int32(frame.saved.count)
        if rest > 0 { assembler.arithmetic(.sub, .register(.rsp), immediate: rest) }
    }

    /// Undoes the prologue and returns.
    func emitEpilogue() {
        if frame.isNeeded {
            frame.forEachSaved { register, location in assembler.load(register, location) }
            assembler.plain(.leave)
        }
        assembler.plain(.ret)
    }

    /// What keeps control from running on behind the last instruction, where that is possible.
    private func emitEndOfBody() {
        switch function.insts.last?.op {
        case .ret, .unreachable, .jump: return
        default: assembler.plain(.ud2)
        }
    }
}

// MARK: - Panics

extension Lowering {
    /// The label to go to when a check of the instruction at `position` fails.
    func panicLabel(_ message: PanicMessage, _ source: InstIndex) -> Label {
        let label = assembler.makeLabel()
        panics.append(PanicBlock(label: label, source: source, message: message))
        return label
    }

    /// Calls the panic handler, which does not return. Its arguments are described at `Runtime`.
    func emitPanic(_ message: PanicMessage, _ source: InstIndex) {
        assembler.moveRelocated(.rsi, .positionLine32, .none, addend: Int64(source.rawValue))
        assembler.moveRelocated(.rdx, .positionColumn32, .none, addend: Int64(source.rawValue))
        assembler.moveImmediate(.rcx, UInt64(message.rawValue))
        assembler.moveRelocated(.rdi, .ownSlot32, declaration)
        if !frame.isNeeded { assembler.arithmetic(.and, .register(.rsp), immediate: -16) }
        assembler.call(.memory(.panicSlot))
    }
}

// MARK: - Instructions

extension Lowering {
    /// Emits instruction `index`, and returns the number of the next one.
    private func lower(_ index: Int) throws(DiagnosticError) -> Int {
        let inst = function.insts[index]
        switch inst.op {
        case .add: try lowerSum(.add, index, inst)
        case .sub: try lowerSum(.sub, index, inst)
        case .mul: try lowerProduct(index, inst)
        case .div, .rem, .mod: try lowerDivision(index, inst)
        case .and: try lowerBits(.and, index, inst)
        case .or: try lowerBits(.or, index, inst)
        case .xor: try lowerBits(.xor, index, inst)
        case .shiftLeft: try lowerShift(.left, index, inst)
        case .shiftRight: try lowerShift(inst.type.isSigned ? .arithmeticRight : .logicalRight, index, inst)
        case .compare: try lowerCompare(index, inst)
        case .extend, .bitCast: try lowerCopy(index, inst)
        case .intCast: try lowerIntCast(index, inst)
        case .load: try lowerLoad(index, inst)
        case .store: try lowerStore(inst)
        case .copy: try lowerCopyOfMemory(inst)
        case .elementPointer: try lowerElementPointer(index, inst)
        case .sliceLength: try lowerSliceLength(index, inst)
        case .call: try lowerCall(index, inst)
        case .secondResult: store(.rdx, asResultOf: index)
        case .variable: lowerVariable(index, inst)
        case .assembly: try lowerAssembly(index, inst)
        case .ret: try lowerReturn(inst)
        case .unreachable: lowerUnreachable(inst)
        case .breakpoint: assembler.plain(.int3)
        case .label: assembler.bind(Label(inst.data))
        case .jump: lowerJump(index, inst)
        case .jumpIfFalse: return try lowerBranch(index)
        case .assign: try lowerAssign(inst)
        case .argument: return lowerArguments(from: index)
        case .stackSlot, .nothing: break
        }
        return index + 1
    }
}
