import Semantics
import ZIR

/// Turns one body into x86-64 code, one instruction at a time, in order.
///
/// Needs the homes that `Homes` gave out; knows nothing of how. Each instruction reads its operands from their homes and
/// computes in the home of its result. `rax`, `rcx` and `rdx` are free for its use: nothing is kept there from one to the
/// next. The home of a result may be that of an operand, so an operand that is read after the result is begun must be
/// elsewhere. A value in a home is always extended to 64 bits as its type says. Checks that fail go to panic blocks
/// behind the code, and behind these stands the storage that the body owns.
///
/// An object that takes up one function after the other, in memory that it has again for each: `prepare`, `run`, then
/// `finish`.
final class Lowering {
    let function: Body
    let assembler = Assembler()
    private let loops = LoopNest()
    private(set) var declaration = DeclIndex.none
    private(set) var values = Table<IRValue>.empty
    let homes = Homes()
    /// For each instruction the register that its result is in; nil if it is in none.
    private(set) var registers = Table<Register?>.empty
    private(set) var assemblies: [InlineAssembly] = []
    private(set) var frame = Frame()
    /// Label of the storage numbered 0; the others follow. Those of the body come first, so that their numbers agree.
    private var storage = Label(0)
    private var panics: [PanicBlock] = []
    /// The instruction that is lowered: an error stands there.
    private var current = 0
    /// The first error of those that are seen only now.
    private var failure: DiagnosticError?

    /// A panic whose code is still to come.
    private struct PanicBlock {
        var label: Label
        var source: InstIndex
        var message: PanicMessage
    }

    init(in arena: Arena) { function = Body(in: arena) }

    /// Takes up `body`: chooses homes and registers. An error is one of an `asm`, or of too little room.
    func prepare(_ body: IRCode, _ declaration: DeclIndex) throws(DiagnosticError) {
        function.read(body)
        self.declaration = declaration
        let touched = try resolve(body.assemblies)
        loops.find(in: function)
        let liveness = Liveness.find(in: function, loops)
        let values = liveness.values
        SharedHomes.find(in: function, loops, values, liveness.moves)
        let homeRegisters = isNaked ? HomeRegisters.naked : .framed
        let assemblies = assemblies
        homeRegisters.addWishes(function, values, liveness.bound, assemblies)
        homes.assign(
            function, loops, values, homeRegisters, homeRegisters.clobbers(function, liveness.bound, assemblies))
        registers = homes.registers
        frame = try Frame(function, values, homes, changed: touched.union(homes.usedRegisters))
        self.values = values
        assembler.makeLabels(function.labels)
        storage = assembler.makeLabels(body.storage.count)
    }

    /// Encodes every `asm` and chooses its registers; all that they touch.
    private func resolve(_ assemblies: UnsafeBufferPointer<IRAssembly>) throws(DiagnosticError) -> RegisterSet {
        var touched: RegisterSet = []
        if assemblies.isEmpty { return touched }
        for assembly in assemblies {
            let resolved = try InlineAssembly(assembly, hasFrame: !isNaked)
            touched.formUnion(resolved.touched)
            self.assemblies.append(resolved)
        }
        return touched
    }

    /// Whether the function has no frame.
    var isNaked: Bool { function.convention == .Naked }

    /// Emits the whole body.
    func run() {
        emitPrologue()
        var index = 0
        let end = function.insts.count
        while index < end {
            if values.isDropped(index, function) {
                index += 1
            } else {
                current = index
                index = lower(index)
            }
        }
        emitEndOfBody()
        for panic in panics {
            assembler.bind(panic.label)
            emitPanic(panic.message, panic.source)
        }
    }

    /// Notes an error in the instruction that is lowered. What is emitted from now on is of no use.
    func fail(_ message: String) {
        if failure == nil { failure = DiagnosticError(function.insts[current].position, message) }
    }

    /// Puts the `contents` that the body owns behind the code, which has all its fields then. Returns the alignment of the
    /// whole.
    func finish(_ contents: UnsafeBufferPointer<Content>) throws(DiagnosticError) -> UInt32 {
        if let failure { throw failure }
        var alignment: UInt32 = 16
        for (index, content) in contents.enumerated() {
            let contentAlignment = max(content.alignment, 8)
            alignment = max(alignment, contentAlignment)
            assembler.align(to: contentAlignment, filler: 0xcc)
            assembler.bind(storageLabel(UInt32(index)))
            assembler.emit(contentsOf: content.bytes)
        }
        if !contents.isEmpty { relocateStorage(contents) }
        assembler.finish()
        return alignment
    }

    /// Forgets the function.
    func reset() {
        function.arena.reset()
        assembler.reset()
        if !assemblies.isEmpty { assemblies.removeAll() }
        if !panics.isEmpty { panics.removeAll(keepingCapacity: true) }
        if failure != nil { failure = nil }
    }

    private func relocateStorage(_ contents: UnsafeBufferPointer<Content>) {
        for (index, content) in contents.enumerated() {
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
        assembler.beginFrame()
        frame.forEachSaved { register, _ in assembler.push(register) }
        let rest = frame.size - 8 * Int32(frame.saved.count)
        if rest > 0 { assembler.arithmetic(.sub, .rsp, immediate: rest) }
    }

    /// Undoes the prologue and returns.
    func emitEpilogue() {
        guard frame.isNeeded else { return assembler.plain(.ret) }
        frame.forEachSaved { register, location in assembler.load(register, location) }
        assembler.endFrame()
    }

    /// What keeps control from running on behind the last instruction, where that is possible.
    private func emitEndOfBody() {
        let count = function.insts.count
        if count > 0 {
            let op = function.insts[count - 1].op
            if op == .ret || op == .unreachable || op == .jump { return }
        }
        assembler.plain(.ud2)
    }
}

// MARK: - Panics

extension Lowering {
    /// The label to go to when a check fails of what instruction `source` of the parsed form became.
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
        if !frame.isNeeded { assembler.arithmetic(.and, .rsp, immediate: -16) }
        assembler.call(.memory(.panicSlot))
    }
}

// MARK: - Instructions

extension Lowering {
    /// Emits instruction `index`, and returns the number of the next one.
    @inline(__always)
    private func lower(_ index: Int) -> Int {
        switch function.insts[index].op {
        case .add: lowerSum(.add, index)
        case .sub: lowerSum(.sub, index)
        case .mul: lowerProduct(index)
        case .div, .rem, .mod: lowerDivision(index)
        case .and: lowerBits(.and, index)
        case .or: lowerBits(.or, index)
        case .xor: lowerBits(.xor, index)
        case .shiftLeft: lowerShift(.left, index)
        case .shiftRight: lowerShift(function.insts[index].type.isSigned ? .arithmeticRight : .logicalRight, index)
        case .compare: return lowerCompare(index)
        case .extend, .bitCast: lowerCopy(index)
        case .intCast: lowerIntCast(index)
        case .load: lowerLoad(index)
        case .store: lowerStore(index)
        case .copy: lowerCopyOfMemory(index)
        case .elementPointer: lowerElementPointer(index)
        case .sliceLength: lowerSliceLength(index)
        case .call: lowerCall(index)
        case .secondResult: store(.rdx, asResultOf: index)
        case .variable: lowerVariable(index)
        case .assembly: lowerAssembly(index)
        case .ret: lowerReturn(index)
        case .unreachable: lowerUnreachable(index)
        case .breakpoint: assembler.plain(.int3)
        case .label: assembler.bind(Label(function.insts[index].data))
        case .jump: lowerJump(index)
        case .jumpIfFalse: return lowerBranch(index)
        case .assign: lowerAssign(index)
        case .argument: return lowerArguments(from: index)
        case .stackSlot, .nothing: break
        }
        return index + 1
    }
}
