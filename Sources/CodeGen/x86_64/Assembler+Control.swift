import Semantics

/// Instructions that go elsewhere, and those without operands.
extension Assembler {
    /// `jmp`: E9 cd.
    func jump(_ target: Label) {
        begin(0xe9)
        putDistance(to: target)
    }

    /// `jmp *r`: FF /4.
    func jump(_ target: Register) {
        instruction(0xff, .long, reg: 4, target)
    }

    /// `jcc`: 0F 80+cc cd.
    func jumpIf(_ condition: Condition, _ target: Label) {
        begin(0x0f, 0x80 | condition.rawValue)
        putDistance(to: target)
    }

    /// `call` of what the slot of `declaration` leads to: FF /2 with an address relative to the instruction pointer.
    func call(slotOf declaration: DeclIndex) {
        begin(0xff, 0x15)
        putRelocated(.slotPC32, declaration, addend: -4)
    }

    /// `call`: E8 cd.
    func call(_ target: Label) {
        begin(0xe8)
        putDistance(to: target)
    }

    /// `call` of an address in a register or in memory: FF /2.
    func call(_ target: Operand) {
        instruction(0xff, .long, reg: 2, target)
    }

    /// `push %rbp`, `mov %rsp, %rbp`: how a frame begins.
    func beginFrame() { begin(bytes: 0xe5_89_48_55, count: 4) }

    /// `leave`, `ret`: how a frame ends.
    func endFrame() { begin(0xc9, 0xc3) }

    /// `rep movsb`: F3 A4. Copies `rcx` bytes from where `rsi` points to where `rdi` points.
    func copyBytes() {
        begin(0xf3, 0xa4)
    }

    /// An instruction without operands.
    @inline(__always)
    func plain(_ instruction: PlainInstruction) {
        let encoding = instruction.encoding
        let count = encoding > 0xffff ? 3 : encoding > 0xff ? 2 : 1
        begin(bytes: UInt64(encoding.byteSwapped >> UInt32(32 - 8 * count)), count: count)
    }
}

/// The instructions without operands, spelled as in GNU AT&T syntax. Inline assembly takes its core set from here.
enum PlainInstruction: String, CaseIterable, Sendable {
    case syscall, int3, ud2, nop, pause, cpuid, rdtsc, hlt, mfence, lfence, sfence, ret, leave, cqto

    /// Its bytes, as one number with the first byte on top (SDM volume 2, the entry of that name; INT3 under INT n, UD2
    /// under UD).
    var encoding: UInt32 {
        switch self {
        case .syscall: 0x0f05
        case .int3: 0xcc
        case .ud2: 0x0f0b
        case .nop: 0x90
        case .pause: 0xf390
        case .cpuid: 0x0fa2
        case .rdtsc: 0x0f31
        case .hlt: 0xf4
        case .mfence: 0x0faef0
        case .lfence: 0x0faee8
        case .sfence: 0x0faef8
        case .ret: 0xc3
        case .leave: 0xc9
        case .cqto: 0x4899
        }
    }

    /// Its bytes in order.
    var bytes: [UInt8] {
        Array([16, 8, 0].map { UInt8(truncatingIfNeeded: encoding >> $0) }.drop { $0 == 0 })
    }

    /// The general-purpose registers that it writes without being told.
    var clobbers: RegisterSet {
        switch self {
        case .syscall: RegisterSet([.rcx, .r11])
        case .cpuid: RegisterSet([.rax, .rbx, .rcx, .rdx])
        case .rdtsc: RegisterSet([.rax, .rdx])
        default: []
        }
    }

    /// Whether inline assembly may hold it: what would leave the function or its frame may not.
    var isAllowedInAssembly: Bool { self != .ret && self != .leave && self != .cqto }
}
