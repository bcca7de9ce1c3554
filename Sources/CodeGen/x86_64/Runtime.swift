import Semantics

/// The code that every executable holds besides its declarations': the panic handler, the default panic sink, and the
/// stub that starts a program whose `_start` is not Naked. One block, hand-assembled, no stack or memory but its own.
///
/// **Handler** (slot 1). Does not return. `edi` is the number of the declaration's slot, `esi` and `edx` line and column
/// relative to the declaration, zero-based, `ecx` a `PanicMessage`; the stack is aligned to 16. It composes
/// `panic: MESSAGE at PATH:LINE:COLUMN in NAME` on the stack and calls the sink.
///
/// **Positions table**, at a fixed address, which the handler reads: 16 bytes for each slot, four little-endian 32-bit
/// words: address of the path, address of the qualified name (both end with a zero byte), one-based line and one-based
/// column of the declaration's first byte.
///
/// **Sink** (slot 2, the next one). A function of the C convention that gets the text, without a newline, and its length,
/// and does not return. The default one writes it and a newline to standard error and aborts by SIGABRT. A program may
/// put its own there.
///
/// **Stub**. Where the kernel enters: aligns the stack, calls the entry declaration through its slot, and exits with
/// status 0 when that returns.
public struct Runtime: Equatable, Sendable {
    /// The block.
    public let code: MachineCode
    /// Where the panic handler begins, in bytes from the start of the block.
    public let handler: UInt32
    /// Where the default sink begins.
    public let sink: UInt32
    /// Where the entry stub begins; nil if there is none.
    public let stub: UInt32?

    /// The runtime of an executable whose positions table is at `positionsAddress`. The stub calls `entry`; with
    /// `.none` there is no stub.
    public static func machineCode(positionsAddress: UInt64, entry: DeclIndex = .none) -> Runtime {
        var builder = RuntimeBuilder()
        return builder.build(positionsAddress: positionsAddress, entry: entry)
    }
}

/// Assembles a `Runtime`.
private struct RuntimeBuilder {
    private let assembler = Assembler()
    private let messages: Label
    private let copyText: Label
    private let writeDecimal: Label
    private let writeAll: Label

    /// Bytes of an entry in the table of messages: a text, then zeros. Must be more than the longest text.
    private static let messageStride: UInt8 = 32
    /// Bytes of a path or name that are shown; the rest is cut off.
    private static let textLimit: UInt64 = 1024
    /// Bytes for the whole text, a multiple of 16: two texts, a message, the words between, two numbers of at most 20
    /// digits.
    private static let bufferSize: Int32 = 2 * 1024 + 128

    /// Registers that the handler keeps its state in; the subroutines leave them alone.
    private enum Kept {
        static let entry = Register.rbx
        static let message = Register.r12
        static let line = Register.r13
        static let column = Register.r14
    }

    init() {
        messages = assembler.makeLabel()
        copyText = assembler.makeLabel()
        writeDecimal = assembler.makeLabel()
        writeAll = assembler.makeLabel()
    }

    mutating func build(positionsAddress: UInt64, entry: DeclIndex) -> Runtime {
        let handler = assembler.offset
        emitHandler(positionsAddress)
        emitCopyText()
        emitWriteDecimal()
        let sink = assembler.offset
        emitSink()
        emitWriteAll()
        var stub: UInt32?
        if entry != .none {
            stub = assembler.offset
            emitStub(entry)
        }
        emitMessages()
        assembler.finish()
        let code = MachineCode(bytes: assembler.bytes, alignment: 16, relocations: assembler.relocations)
        return Runtime(code: code, handler: handler, sink: sink, stub: stub)
    }
}

// MARK: - Handler

extension RuntimeBuilder {
    private mutating func emitHandler(_ positionsAddress: UInt64) {
        emitFindEntry(positionsAddress)
        emitFindLineAndColumn()
        assembler.arithmetic(.sub, .rsp, immediate: RuntimeBuilder.bufferSize)
        assembler.move(.rdi, .rsp)
        emitText("panic: ")
        emitCopy(from: Kept.message)
        emitText(" at ")
        assembler.load(.rsi, .base(Kept.entry), .long)
        emitCopy(from: .rsi)
        emitText(":")
        emitDecimal(Kept.line)
        emitText(":")
        emitDecimal(Kept.column)
        emitText(" in ")
        assembler.load(.rsi, .base(Kept.entry, 4), .long)
        emitCopy(from: .rsi)
        assembler.move(.rsi, .rdi)
        assembler.move(.rdi, .rsp)
        assembler.arithmetic(.sub, .rsi, .rdi)
        assembler.call(.memory(.sinkSlot))
        assembler.plain(.ud2)
    }

    /// The addresses of the declaration's entry and of the message. A call pushed 8 bytes, so the stack is aligned here.
    private mutating func emitFindEntry(_ positionsAddress: UInt64) {
        assembler.push(.rbp)
        assembler.move(.rbp, .rsp)
        assembler.arithmetic(.and, .rsp, immediate: -16)
        assembler.move(.rdi, .rdi, .long)
        assembler.shift(.left, .rdi, by: 4)
        assembler.moveImmediate64(Kept.entry, positionsAddress)
        assembler.arithmetic(.add, Kept.entry, .rdi)
        assembler.move(.rcx, .rcx, .long)
        assembler.multiply(.rcx, .rcx, immediate: Int32(RuntimeBuilder.messageStride))
        assembler.loadAddress(Kept.message, .label(messages))
        assembler.arithmetic(.add, Kept.message, .rcx)
    }

    /// One-based line and column in the file. The declaration's column counts only on its first line.
    private mutating func emitFindLineAndColumn() {
        let isLaterLine = assembler.makeLabel()
        assembler.load(Kept.line, .base(Kept.entry, 8), .long)
        assembler.move(.rsi, .rsi, .long)
        assembler.arithmetic(.add, Kept.line, .rsi)
        assembler.move(Kept.column, .rdx, .long)
        assembler.moveImmediate(.rax, 1)
        assembler.test(.rsi, .rsi)
        assembler.jumpIf(.notEqual, isLaterLine)
        assembler.load(.rax, .base(Kept.entry, 12), .long)
        assembler.bind(isLaterLine)
        assembler.arithmetic(.add, Kept.column, .rax)
    }

    /// Appends up to eight bytes of fixed text at `rdi`. It stores eight; what follows overwrites the rest.
    private mutating func emitText(_ text: StaticString) {
        let word = text.withUTF8Buffer { $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        assembler.moveImmediate(.rax, word)
        assembler.store(.base(.rdi), .rax)
        assembler.arithmetic(.add, .rdi, immediate: Int32(text.utf8CodeUnitCount))
    }

    private mutating func emitCopy(from source: Register) {
        if source != .rsi { assembler.move(.rsi, source) }
        assembler.call(copyText)
    }

    private mutating func emitDecimal(_ number: Register) {
        assembler.move(.rax, number)
        assembler.call(writeDecimal)
    }
}

// MARK: - Subroutines of the handler

extension RuntimeBuilder {
    /// Copies the text at `rsi` to `rdi` up to its zero byte or the limit, and moves `rdi` behind it. Changes `rax`, `rcx`.
    private mutating func emitCopyText() {
        let (loop, end) = (assembler.makeLabel(), assembler.makeLabel())
        assembler.bind(copyText)
        assembler.moveImmediate(.rcx, RuntimeBuilder.textLimit)
        assembler.bind(loop)
        assembler.moveZeroExtended(.rax, .memory(.base(.rsi)), from: .byte)
        assembler.test(.rax, .rax)
        assembler.jumpIf(.equal, end)
        assembler.store(.base(.rdi), .rax, .byte)
        assembler.arithmetic(.add, .rsi, immediate: 1)
        assembler.arithmetic(.add, .rdi, immediate: 1)
        assembler.arithmetic(.sub, .rcx, immediate: 1)
        assembler.jumpIf(.notEqual, loop)
        assembler.bind(end)
        assembler.plain(.ret)
    }

    /// Writes `rax` in decimal at `rdi` and moves `rdi` behind it: pushes the digits, last first, then pops them.
    /// Changes `rax`, `rcx`, `rdx`, `r8`.
    private mutating func emitWriteDecimal() {
        let (divide, write) = (assembler.makeLabel(), assembler.makeLabel())
        assembler.bind(writeDecimal)
        assembler.moveImmediate(.rcx, 10)
        assembler.moveImmediate(.r8, 0)
        assembler.bind(divide)
        assembler.moveImmediate(.rdx, 0)
        assembler.divideUnsigned(.rcx)
        assembler.push(.rdx)
        assembler.arithmetic(.add, .r8, immediate: 1)
        assembler.test(.rax, .rax)
        assembler.jumpIf(.notEqual, divide)
        assembler.bind(write)
        assembler.pop(.rax)
        assembler.arithmetic(.add, .rax, immediate: Int32(UInt8(ascii: "0")))
        assembler.store(.base(.rdi), .rax, .byte)
        assembler.arithmetic(.add, .rdi, immediate: 1)
        assembler.arithmetic(.sub, .r8, immediate: 1)
        assembler.jumpIf(.notEqual, write)
        assembler.plain(.ret)
    }

    /// The texts, each padded with zeros to the stride.
    private mutating func emitMessages() {
        assembler.align(to: 16, filler: 0xcc)
        assembler.bind(messages)
        for message in PanicMessage.allCases {
            let text = message.text.utf8
            let padding = Int(RuntimeBuilder.messageStride) - text.count
            guard padding > 0 else { unreachable("panic message is too long") }
            assembler.emit(contentsOf: Array(text))
            assembler.emit(contentsOf: Array(repeating: 0, count: padding))
        }
    }
}

// MARK: - Sink and stub

/// Numbers of Linux system calls on x86-64, and what is passed to them.
private enum Linux {
    static let write: UInt64 = 1
    static let rt_sigaction: UInt64 = 13
    static let rt_sigprocmask: UInt64 = 14
    static let getpid: UInt64 = 39
    static let gettid: UInt64 = 186
    static let exit_group: UInt64 = 231
    static let tgkill: UInt64 = 234

    static let standardError: UInt64 = 2
    static let EINTR: Int32 = 4
    static let SIGABRT: UInt64 = 6
    static let SIG_UNBLOCK: UInt64 = 1
    /// Bytes of a signal set.
    static let signalSetSize: UInt64 = 8
}

extension RuntimeBuilder {
    private mutating func emitSink() {
        assembler.move(.rdx, .rsi)
        assembler.move(.rsi, .rdi)
        assembler.call(writeAll)
        assembler.push(Int8(bitPattern: UInt8(ascii: "\n")))
        assembler.move(.rsi, .rsp)
        assembler.moveImmediate(.rdx, 1)
        assembler.call(writeAll)
        emitAbort()
    }

    /// Writes `rdx` bytes at `rsi` to standard error: again after a short write or an interruption, until an error.
    private mutating func emitWriteAll() {
        let (loop, end) = (assembler.makeLabel(), assembler.makeLabel())
        assembler.bind(writeAll)
        assembler.bind(loop)
        assembler.test(.rdx, .rdx)
        assembler.jumpIf(.equal, end)
        assembler.moveImmediate(.rdi, Linux.standardError)
        emitSystemCall(Linux.write)
        assembler.arithmetic(.cmp, .rax, immediate: -Linux.EINTR)
        assembler.jumpIf(.equal, loop)
        assembler.test(.rax, .rax)
        assembler.jumpIf(.lessOrEqual, end)
        assembler.arithmetic(.add, .rsi, .rax)
        assembler.arithmetic(.sub, .rdx, .rax)
        assembler.jump(loop)
        assembler.bind(end)
        assembler.plain(.ret)
    }

    /// Dies of SIGABRT, whatever handler or mask the program has set up.
    private mutating func emitAbort() {
        // struct sigaction of the kernel: handler (0 is SIG_DFL), flags, restorer, mask.
        for _ in 0..<4 { assembler.push(Int8(0)) }
        assembler.moveImmediate(.rdi, Linux.SIGABRT)
        assembler.move(.rsi, .rsp)
        assembler.moveImmediate(.rdx, 0)
        assembler.moveImmediate(.r10, Linux.signalSetSize)
        emitSystemCall(Linux.rt_sigaction)
        assembler.push(Int8(1 << (Linux.SIGABRT - 1)))
        assembler.moveImmediate(.rdi, Linux.SIG_UNBLOCK)
        assembler.move(.rsi, .rsp)
        assembler.moveImmediate(.rdx, 0)
        assembler.moveImmediate(.r10, Linux.signalSetSize)
        emitSystemCall(Linux.rt_sigprocmask)
        emitSystemCall(Linux.getpid)
        assembler.push(.rax)
        emitSystemCall(Linux.gettid)
        assembler.move(.rsi, .rax)
        assembler.pop(.rdi)
        assembler.moveImmediate(.rdx, Linux.SIGABRT)
        emitSystemCall(Linux.tgkill)
        let forever = assembler.makeLabel()
        assembler.bind(forever)
        assembler.plain(.ud2)
        assembler.jump(forever)
    }

    private mutating func emitStub(_ entry: DeclIndex) {
        assembler.arithmetic(.xor, .rbp, .rbp, .long)
        assembler.arithmetic(.and, .rsp, immediate: -16)
        assembler.call(.memory(.slot(entry)))
        assembler.moveImmediate(.rdi, 0)
        emitSystemCall(Linux.exit_group)
        assembler.plain(.ud2)
    }

    /// A system call whose arguments are in place. Changes `rax`, `rcx`, `r11`.
    private mutating func emitSystemCall(_ number: UInt64) {
        assembler.moveImmediate(.rax, number)
        assembler.plain(.syscall)
    }
}
