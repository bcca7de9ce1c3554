import Semantics
import ZIR

/// The stack frame of a function on x86-64.
///
/// From high addresses to low: return address, caller's `rbp` (here `rbp` points), saved registers, words of values,
/// stack slots. A Naked function has none, nor has one that calls nothing and keeps nothing on the stack.
struct Frame: BitwiseCopyable {
    /// Whether there is one.
    var isNeeded = false
    /// Registers that the function changes and its caller expects unchanged.
    var saved: RegisterSet = []
    /// Bytes below `rbp`, a multiple of 16, so that the stack is aligned at every call.
    var size: Int32 = 0
    /// For each instruction that is a stack slot in use where it begins, relative to `rbp`; empty if there are none.
    private var slots = Table<Int32>.empty

    /// A larger frame is refused: it would need more stack than a process commonly has.
    private static let maximumSize: UInt64 = 8 << 20

    /// None.
    init() {}

    /// The frame of `function`, in which `changed` are written.
    init(
        _ function: borrowing Body, _ values: Table<IRValue>, _ homes: borrowing Homes, changed: RegisterSet
    ) throws(DiagnosticError) {
        if function.convention == .Naked {
            guard let spill = homes.firstSpill else { return }
            let inst = function.insts[spill]
            throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame")
        }
        saved = changed.intersection(SystemV.savedByFrames)
        var depth = UInt64(saved.count + homes.wordCount) * 8
        if depth > Frame.maximumSize, let spill = homes.firstSpill { throw Frame.tooLarge(function.insts[spill]) }
        if function.hasStackSlots { slots = try Frame.slots(function, values, &depth) }
        size = Int32(depth + 15) & ~15
        isNeeded = size > 0 || function.needsFrame
    }

    /// The places of the stack slots that are used, below `depth` bytes that are taken; adds theirs to it.
    private static func slots(
        _ function: Body, _ values: Table<IRValue>, _ depth: inout UInt64
    ) throws(DiagnosticError) -> Table<Int32> {
        var slots = Table<Int32>.empty
        for index in function.insts.indices where function.insts[index].op == .stackSlot && values[index].useCount > 0 {
            let inst = function.insts[index]
            let size = UInt64(function.extra[Int(inst.data)])
            let alignment = UInt64(max(function.extra[Int(inst.data) + 1], 1))
            depth = (depth + size + alignment - 1) / alignment * alignment
            guard depth <= maximumSize else { throw tooLarge(inst) }
            if slots.isEmpty { slots = function.arena.table(function.insts.count, of: 0) }
            slots[index] = -Int32(depth)
        }
        return slots
    }

    private static func tooLarge(_ inst: IRInst) -> DiagnosticError {
        DiagnosticError(inst.position, "function needs more than \(maximumSize) bytes of stack")
    }

    /// Where the stack slot of instruction `index` begins, relative to `rbp`.
    func offset(ofSlot index: Int) -> Int32 {
        guard !slots.isEmpty else { unreachable("a stack slot has no place") }
        return slots[index]
    }

    /// Where the word numbered `number` of those that hold values is, relative to `rbp`.
    func offset(ofWord number: Int) -> Int32 { -8 * (Int32(saved.count) + Int32(number) + 1) }

    /// Calls `visit` with each saved register, in the order in which they are pushed, and where its content is then.
    @inline(__always)
    func forEachSaved(_ visit: (Register, Memory) -> Void) {
        if saved.isEmpty { return }
        var offset: Int32 = 0
        for register in SystemV.calleeSaved where saved.contains(register) {
            offset -= 8
            visit(register, .base(.rbp, offset))
        }
    }
}

extension Body {
    /// Whether it has something that finds the stack by its frame: calls, and arguments that come there.
    fileprivate var needsFrame: Bool {
        hasCalls || hasArgumentsOnStack
    }

    /// Arguments come before everything else.
    private var hasArgumentsOnStack: Bool {
        for index in insts.indices {
            guard insts[index].op == .argument else { return false }
            if Int(insts[index].data) >= SystemV.arguments.count { return true }
        }
        return false
    }
}
