import Semantics
import Testing

@testable import CodeGen

/// One row of the table of encodings: what is emitted, its bytes, and what `objdump` makes of them.
struct AssemblerCase: Sendable, CustomTestStringConvertible {
    let text: String
    let bytes: [UInt8]
    let emit: @Sendable (Assembler) -> Void

    init(_ text: String, _ bytes: [UInt8], _ emit: @escaping @Sendable (Assembler) -> Void) {
        (self.text, self.bytes, self.emit) = (text, bytes, emit)
    }

    var testDescription: String { text }

    /// What is emitted, with every label at its end.
    var emitted: [UInt8] {
        let assembler = Assembler()
        emit(assembler)
        assembler.finish()
        return assembler.bytes
    }

    static let all = moves + immediates + extensions + addresses + arithmetic + shifts + control + plain

    private static let moves: [AssemblerCase] = [
        .init("mov %rcx,%rax", [0x48, 0x89, 0xc8]) { $0.move(.rax, .rcx) },
        .init("mov %r15,%r8", [0x4d, 0x89, 0xf8]) { $0.move(.r8, .r15) },
        .init("mov %esi,%r9d", [0x41, 0x89, 0xf1]) { $0.move(.r9, .rsi, .long) },
        .init("mov %ax,%bp", [0x66, 0x89, 0xc5]) { $0.move(.rbp, .rax, .word) },
        .init("mov %cl,%al", [0x88, 0xc8]) { $0.move(.rax, .rcx, .byte) },
        .init("mov %sil,%al", [0x40, 0x88, 0xf0]) { $0.move(.rax, .rsi, .byte) },
        .init("mov (%rax),%rcx", [0x48, 0x8b, 0x08]) { $0.load(.rcx, .base(.rax)) },
        .init("mov (%rsp),%rcx", [0x48, 0x8b, 0x0c, 0x24]) { $0.load(.rcx, .base(.rsp)) },
        .init("mov 0x0(%rbp),%rcx", [0x48, 0x8b, 0x4d, 0x00]) { $0.load(.rcx, .base(.rbp)) },
        .init("mov 0x0(%r13),%rcx", [0x49, 0x8b, 0x4d, 0x00]) { $0.load(.rcx, .base(.r13)) },
        .init("mov (%r12),%r10d", [0x45, 0x8b, 0x14, 0x24]) { $0.load(.r10, .base(.r12), .long) },
        .init("mov -0x8(%rbp),%dx", [0x66, 0x8b, 0x55, 0xf8]) { $0.load(.rdx, .base(.rbp, -8), .word) },
        .init("mov 0x7f(%rax),%bl", [0x8a, 0x58, 0x7f]) { $0.load(.rbx, .base(.rax, 127), .byte) },
        .init("mov 0x80(%rax),%dil", [0x40, 0x8a, 0xb8, 0x80, 0, 0, 0]) { $0.load(.rdi, .base(.rax, 128), .byte) },
        .init("mov %rax,-0x80(%rbp)", [0x48, 0x89, 0x45, 0x80]) { $0.store(.base(.rbp, -128), .rax) },
        .init("mov %rax,-0x81(%rbp)", [0x48, 0x89, 0x85, 0x7f, 0xff, 0xff, 0xff]) {
            $0.store(.base(.rbp, -129), .rax)
        },
        .init("mov %r8d,(%rbx,%rsi,4)", [0x44, 0x89, 0x04, 0xb3]) {
            $0.store(.indexed(.rbx, .rsi, scale: 4), .r8, .long)
        },
        .init("mov %ax,0x10(%r9,%r10,2)", [0x66, 0x43, 0x89, 0x44, 0x51, 0x10]) {
            $0.store(.indexed(.r9, .r10, scale: 2, 16), .rax, .word)
        },
        .init("mov %dil,(%rsi)", [0x40, 0x88, 0x3e]) { $0.store(.base(.rsi), .rdi, .byte) },
        .init("xchg %r12,%rax", [0x4c, 0x87, 0xe0]) { $0.exchange(.rax, .r12) },
        .init("push %rbx", [0x53]) { $0.push(.rbx) },
        .init("push %r14", [0x41, 0x56]) { $0.push(.r14) },
        .init("push (%rsp)", [0xff, 0x34, 0x24]) { $0.push(.base(.rsp)) },
        .init("push $0xa", [0x6a, 0x0a]) { $0.push(Int8(10)) },
        .init("push $0xffffffffffffffff", [0x6a, 0xff]) { $0.push(Int8(-1)) },
        .init("pop %rbp", [0x5d]) { $0.pop(.rbp) },
        .init("pop %r8", [0x41, 0x58]) { $0.pop(.r8) },
    ]

    private static let immediates: [AssemblerCase] = [
        .init("mov $0x0,%eax", [0xb8, 0, 0, 0, 0]) { $0.moveImmediate(.rax, 0) },
        .init("mov $0xffffffff,%r11d", [0x41, 0xbb, 0xff, 0xff, 0xff, 0xff]) {
            $0.moveImmediate(.r11, 0xffff_ffff)
        },
        .init("mov $0xffffffffffffffff,%rdx", [0x48, 0xc7, 0xc2, 0xff, 0xff, 0xff, 0xff]) {
            $0.moveImmediate(.rdx, .max)
        },
        .init("mov $0xffffffff80000000,%r9", [0x49, 0xc7, 0xc1, 0, 0, 0, 0x80]) {
            $0.moveImmediate(.r9, 0xffff_ffff_8000_0000)
        },
        .init("movabs $0x100000000,%rsi", [0x48, 0xbe, 0, 0, 0, 0, 1, 0, 0, 0]) {
            $0.moveImmediate(.rsi, 0x1_0000_0000)
        },
        .init("movabs $0x1,%r10", [0x49, 0xba, 1, 0, 0, 0, 0, 0, 0, 0]) { $0.moveImmediate64(.r10, 1) },
        .init("mov $0x0,%edi", [0xbf, 0, 0, 0, 0]) { $0.moveRelocated(.rdi, .ownSlot32, DeclIndex(7)) },
    ]

    private static let extensions: [AssemblerCase] = [
        .init("movzbl %al,%ecx", [0x0f, 0xb6, 0xc8]) { $0.moveZeroExtended(.rcx, .register(.rax), from: .byte) },
        .init("movzbl %sil,%eax", [0x40, 0x0f, 0xb6, 0xc6]) {
            $0.moveZeroExtended(.rax, .register(.rsi), from: .byte)
        },
        .init("movzbl (%rsi),%r8d", [0x44, 0x0f, 0xb6, 0x06]) {
            $0.moveZeroExtended(.r8, .memory(.base(.rsi)), from: .byte)
        },
        .init("movzwl %r9w,%eax", [0x41, 0x0f, 0xb7, 0xc1]) {
            $0.moveZeroExtended(.rax, .register(.r9), from: .word)
        },
        .init("mov %eax,%eax", [0x8b, 0xc0]) { $0.moveZeroExtended(.rax, .register(.rax), from: .long) },
        .init("mov (%rdi),%rax", [0x48, 0x8b, 0x07]) {
            $0.moveZeroExtended(.rax, .memory(.base(.rdi)), from: .quad)
        },
        .init("movsbq %dil,%rax", [0x48, 0x0f, 0xbe, 0xc7]) {
            $0.moveSignExtended(.rax, .register(.rdi), from: .byte)
        },
        .init("movswq 0x2(%rax),%r15", [0x4c, 0x0f, 0xbf, 0x78, 0x02]) {
            $0.moveSignExtended(.r15, .memory(.base(.rax, 2)), from: .word)
        },
        .init("movslq %ecx,%rax", [0x48, 0x63, 0xc1]) { $0.moveSignExtended(.rax, .register(.rcx), from: .long) },
        .init("mov %rcx,%rax", [0x48, 0x8b, 0xc1]) { $0.moveSignExtended(.rax, .register(.rcx), from: .quad) },
        .init("sete %al", [0x0f, 0x94, 0xc0]) { $0.setIf(.equal, .rax) },
        .init("setg %sil", [0x40, 0x0f, 0x9f, 0xc6]) { $0.setIf(.greater, .rsi) },
        .init("seto %r12b", [0x41, 0x0f, 0x90, 0xc4]) { $0.setIf(.overflow, .r12) },
    ]

    private static let addresses: [AssemblerCase] = [
        .init("lea 0x4(%rax),%rdx", [0x48, 0x8d, 0x50, 0x04]) { $0.loadAddress(.rdx, .base(.rax, 4)) },
        .init("lea (%rax,%rcx,8),%rax", [0x48, 0x8d, 0x04, 0xc8]) {
            $0.loadAddress(.rax, .indexed(.rax, .rcx, scale: 8))
        },
        .init("lea 0x0(%r13,%r12,1),%r14", [0x4f, 0x8d, 0x74, 0x25, 0x00]) {
            $0.loadAddress(.r14, .indexed(.r13, .r12, scale: 1))
        },
        .init("lea 0x3(%rip),%rdi", [0x48, 0x8d, 0x3d, 3, 0, 0, 0]) {
            let label = $0.makeLabel()
            $0.loadAddress(.rdi, .label(label, 3))
            $0.bind(label)
        },
        .init("mov 0x0(%rip),%rax", [0x48, 0x8b, 0x05, 0, 0, 0, 0]) { $0.load(.rax, .slot(DeclIndex(9))) },
        .init("call *0x0(%rip)", [0xff, 0x15, 0, 0, 0, 0]) { $0.call(.memory(.slot(DeclIndex(9)))) },
        .init("call *0x0(%rip)", [0xff, 0x15, 0, 0, 0, 0]) { $0.call(.memory(.panicSlot)) },
        .init("call *0x0(%rip)", [0xff, 0x15, 0, 0, 0, 0]) { $0.call(.memory(.sinkSlot)) },
    ]

    private static let arithmetic: [AssemblerCase] = [
        .init("add %rcx,%rax", [0x48, 0x01, 0xc8]) { $0.arithmetic(.add, .rax, .rcx) },
        .init("sub %r9d,%eax", [0x44, 0x29, 0xc8]) { $0.arithmetic(.sub, .rax, .r9, .long) },
        .init("and %dx,%bx", [0x66, 0x21, 0xd3]) { $0.arithmetic(.and, .rbx, .rdx, .word) },
        .init("or %cl,%al", [0x08, 0xc8]) { $0.arithmetic(.or, .rax, .rcx, .byte) },
        .init("xor %dil,%sil", [0x40, 0x30, 0xfe]) { $0.arithmetic(.xor, .rsi, .rdi, .byte) },
        .init("adc %rdx,%r8", [0x49, 0x11, 0xd0]) { $0.arithmetic(.adc, .r8, .rdx) },
        .init("sbb %rax,%rax", [0x48, 0x19, 0xc0]) { $0.arithmetic(.sbb, .rax, .rax) },
        .init("cmp -0x10(%rbp),%rax", [0x48, 0x3b, 0x45, 0xf0]) { $0.arithmetic(.cmp, .rax, .base(.rbp, -16)) },
        .init("add (%r12),%r8d", [0x45, 0x03, 0x04, 0x24]) { $0.arithmetic(.add, .r8, .base(.r12), .long) },
        .init("sub (%rax),%dil", [0x40, 0x2a, 0x38]) { $0.arithmetic(.sub, .rdi, .base(.rax), .byte) },
        .init("add $0x7f,%rax", [0x48, 0x83, 0xc0, 0x7f]) {
            $0.arithmetic(.add, .rax, immediate: 127)
        },
        .init("add $0x80,%rax", [0x48, 0x81, 0xc0, 0x80, 0, 0, 0]) {
            $0.arithmetic(.add, .rax, immediate: 128)
        },
        .init("and $0xfffffffffffffff0,%rsp", [0x48, 0x83, 0xe4, 0xf0]) {
            $0.arithmetic(.and, .rsp, immediate: -16)
        },
        .init("cmp $0xfffffff0,%r10d", [0x41, 0x83, 0xfa, 0xf0]) {
            $0.arithmetic(.cmp, .r10, immediate: -16, .long)
        },
        .init("test %rax,%rax", [0x48, 0x85, 0xc0]) { $0.test(.rax, .rax) },
        .init("test %r11d,%esi", [0x44, 0x85, 0xde]) { $0.test(.rsi, .r11, .long) },
        .init("test %bpl,%bpl", [0x40, 0x84, 0xed]) { $0.test(.rbp, .rbp, .byte) },
        .init("imul %rcx,%rax", [0x48, 0x0f, 0xaf, 0xc1]) { $0.multiply(.rax, .register(.rcx)) },
        .init("imul $0xc,%rcx,%rcx", [0x48, 0x6b, 0xc9, 0x0c]) { $0.multiply(.rcx, .rcx, immediate: 12) },
        .init("imul $0x3e8,%r8,%rdx", [0x49, 0x69, 0xd0, 0xe8, 0x03, 0, 0]) {
            $0.multiply(.rdx, .r8, immediate: 1000)
        },
        .init("imul -0x8(%rbp),%edx", [0x0f, 0xaf, 0x55, 0xf8]) { $0.multiply(.rdx, .memory(.base(.rbp, -8)), .long) },
        .init("imul $0xc,%ecx,%r9d", [0x44, 0x6b, 0xc9, 0x0c]) {
            $0.multiply(.r9, .rcx, immediate: 12, .long)
        },
        .init("div %r10d", [0x41, 0xf7, 0xf2]) { $0.divideUnsigned(.r10, .long) },
        .init("movb $0xff,(%rsi)", [0xc6, 0x06, 0xff]) { $0.store(.base(.rsi), immediate: -1, .byte) },
        .init("movw $0x1234,0x2(%r8)", [0x66, 0x41, 0xc7, 0x40, 0x02, 0x34, 0x12]) {
            $0.store(.base(.r8, 2), immediate: 0x1234, .word)
        },
        .init("movl $0x1,(%rdi,%rsi,4)", [0xc7, 0x04, 0xb7, 0x01, 0x00, 0x00, 0x00]) {
            $0.store(.indexed(.rdi, .rsi, scale: 4), immediate: 1, .long)
        },
        .init("movq $0xffffffffffffffff,0x8(%rsp)", [0x48, 0xc7, 0x44, 0x24, 0x08, 0xff, 0xff, 0xff, 0xff]) {
            $0.store(.base(.rsp, 8), immediate: -1, .quad)
        },
        .init("div %rcx", [0x48, 0xf7, 0xf1]) { $0.divideUnsigned(.rcx) },
        .init("idiv %rcx", [0x48, 0xf7, 0xf9]) { $0.divideSigned(.rcx) },
        .init("mul %r9", [0x49, 0xf7, 0xe1]) { $0.multiplyUnsigned(.r9) },
        .init("neg %rax", [0x48, 0xf7, 0xd8]) { $0.negate(.rax) },
    ]

    private static let shifts: [AssemblerCase] = [
        .init("shl $0x39,%rax", [0x48, 0xc1, 0xe0, 0x39]) { $0.shift(.left, .rax, by: 57) },
        .init("shr $0x1f,%r9d", [0x41, 0xc1, 0xe9, 0x1f]) { $0.shift(.logicalRight, .r9, by: 31, .long) },
        .init("sar $0x3f,%rdx", [0x48, 0xc1, 0xfa, 0x3f]) { $0.shift(.arithmeticRight, .rdx, by: 63) },
        .init("shl %cl,%rbx", [0x48, 0xd3, 0xe3]) { $0.shiftByCL(.left, .rbx) },
        .init("sar %cl,%eax", [0xd3, 0xf8]) { $0.shiftByCL(.arithmeticRight, .rax, .long) },
    ]

    private static let control: [AssemblerCase] = [
        .init("jmp .+0x5", [0xe9, 0, 0, 0, 0]) { assembler in
            let label = assembler.makeLabel()
            assembler.jump(label)
            assembler.bind(label)
        },
        .init("jmp .+0x0", [0xe9, 0xfb, 0xff, 0xff, 0xff]) { assembler in
            let label = assembler.makeLabel()
            assembler.bind(label)
            assembler.jump(label)
        },
        .init("jae .+0x6", [0x0f, 0x83, 0, 0, 0, 0]) { assembler in
            let label = assembler.makeLabel()
            assembler.jumpIf(.aboveOrEqual, label)
            assembler.bind(label)
        },
        .init("call .+0x5", [0xe8, 0, 0, 0, 0]) { assembler in
            let label = assembler.makeLabel()
            assembler.call(label)
            assembler.bind(label)
        },
        .init("jmp *%r11", [0x41, 0xff, 0xe3]) { $0.jump(.r11) },
        .init("call *%rax", [0xff, 0xd0]) { $0.call(.register(.rax)) },
        .init("call *0x10(%r12)", [0x41, 0xff, 0x54, 0x24, 0x10]) { $0.call(.memory(.base(.r12, 16))) },
    ]

    private static let plain: [AssemblerCase] = PlainInstruction.allCases.map { instruction in
        AssemblerCase(instruction.rawValue, instruction.bytes) { $0.plain(instruction) }
    }
}
