import Glibc
import Semantics
import ZIR

@testable import CodeGen

/// Runs generated code inside the test process, and catches its panics.
///
/// The code is entered through a stub that fills the registers a callee must preserve with known numbers. In the slot of
/// the panic handler stands another stub, which notes its arguments and returns to whoever entered.
final class Machine {
    /// How a run ended.
    enum Outcome: Equatable {
        case returned(UInt64)
        case panicked(Panic)
    }

    /// What the panic handler was given.
    struct Panic: Equatable {
        var slot: UInt32
        var position: Position
        var message: PanicMessage?
        var isStackAligned = true
    }

    /// The number that generated functions get, and one that tests give to another declaration.
    static let function = DeclIndex(40)
    static let other = DeclIndex(41)

    /// What a fresh image starts from: the stubs.
    private let template: TestImage
    private let memory: UnsafeMutableRawPointer
    private let entry: UInt64
    private let record: UInt64

    private static let size = 16 << 20
    private static let preserved = SystemV.calleeSaved

    /// Words of the record.
    private enum Word {
        static let stack = 0
        static let hasPanicked = 1
        static let arguments = 2
        static let panicStack = 6
        static let preserved = 7
        static let count = 13
    }

    init() throws {
        let memory = mmap(
            nil, Machine.size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw MachineError.noExecutableMemory(errno) }
        self.memory = memory
        var image = TestImage(base: UInt64(UInt(bitPattern: memory)))
        record = image.place(bytes: Array(repeating: 0, count: 8 * Word.count))
        let (stubs, handler) = Machine.stubs(record: record)
        entry = image.place(stubs)
        image.point(TestImage.handler, to: entry + UInt64(handler))
        template = image
    }

    deinit { munmap(memory, Machine.size) }

    enum MachineError: Error {
        case noExecutableMemory(Int32)
        case tooLarge
        /// The code did not preserve a register that a callee must.
        case lost(Register)
    }

    /// Generates and runs `function`. `prepare` may place other declarations.
    func run(_ function: IRFunction, prepare: (inout TestImage) -> Void = { _ in }) throws -> Outcome {
        try run(generate(function, declaration: Machine.function), prepare: prepare)
    }

    /// Runs `code`.
    func run(_ code: MachineCode, prepare: (inout TestImage) -> Void = { _ in }) throws -> Outcome {
        var image = template
        prepare(&image)
        let address = image.place(code, as: Machine.function)
        image.link()
        guard image.bytes.count <= Machine.size else { throw MachineError.tooLarge }
        image.bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: memory, count: Machine.size).copyMemory(from: $0)
        }
        let result = call(address)
        if word(Word.hasPanicked) != 0 { return .panicked(panic()) }
        for (index, register) in Machine.preserved.enumerated()
        where word(Word.preserved + index) != Machine.mark(index) {
            throw MachineError.lost(register)
        }
        return .returned(result)
    }

    /// The word that stands at `address` after a run.
    func word(at address: UInt64) -> UInt64 {
        memory.load(fromByteOffset: Int(address - template.base), as: UInt64.self)
    }

    private func word(_ index: Int) -> UInt64 { word(at: record + UInt64(8 * index)) }

    private func panic() -> Panic {
        func argument(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: word(Word.arguments + index)) }
        return Panic(
            slot: argument(0), position: Position(line: argument(1), column: argument(2)),
            message: PanicMessage(rawValue: argument(3)), isStackAligned: word(Word.panicStack) % 16 == 8)
    }

    /// The entry stub takes the address of the code as its only argument.
    private func call(_ address: UInt64) -> UInt64 {
        typealias Stub = @convention(c) (UInt64) -> UInt64
        let stub = unsafeBitCast(UInt(entry), to: Stub.self)
        return stub(address)
    }

    private static func mark(_ index: Int) -> UInt64 { 0x1234_5678_0000_0000 + UInt64(index) }

    /// The two stubs, and where the second begins.
    private static func stubs(record: UInt64) -> (MachineCode, handler: UInt32) {
        func word(_ index: Int) -> Memory { .base(.r11, Int32(8 * index)) }
        let assembler = Assembler()
        let leave = assembler.makeLabel()
        for register in preserved { assembler.push(register) }
        assembler.push(.rax)
        assembler.moveImmediate64(.r11, record)
        assembler.store(word(Word.stack), .rsp)
        for (index, register) in preserved.enumerated() { assembler.moveImmediate64(register, mark(index)) }
        assembler.call(.register(.rdi))
        assembler.moveImmediate64(.r11, record)
        for (index, register) in preserved.enumerated() { assembler.store(word(Word.preserved + index), register) }
        assembler.bind(leave)
        assembler.load(.rsp, word(Word.stack))
        assembler.pop(.rcx)
        for register in preserved.reversed() { assembler.pop(register) }
        assembler.plain(.ret)

        let handler = assembler.offset
        assembler.moveImmediate64(.r11, record)
        for (index, register) in [Register.rdi, .rsi, .rdx, .rcx].enumerated() {
            assembler.store(word(Word.arguments + index), register)
        }
        assembler.store(word(Word.panicStack), .rsp)
        assembler.moveImmediate(.rax, 1)
        assembler.store(word(Word.hasPanicked), .rax)
        assembler.jump(leave)
        assembler.finish()
        return (MachineCode(bytes: assembler.bytes, alignment: 16, relocations: []), handler)
    }
}
