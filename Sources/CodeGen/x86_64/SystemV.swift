/// Which registers the System V ABI for x86-64 gives to what (its section 3.2).
enum SystemV {
    /// Where the first integer arguments of a call stand. Worked out when zbuild is compiled: a variable would be asked
    /// each time whether it is set up.
    @inline(__always)
    static var arguments: RegisterList {
        RegisterList().adding(.rdi).adding(.rsi).adding(.rdx).adding(.rcx).adding(.r8).adding(.r9)
    }

    /// Those of `arguments` that are passed in registers, and the others, which are passed on the stack.
    @inline(__always)
    static func split(_ arguments: Table<UInt32>) -> (inRegisters: Table<UInt32>, onStack: Table<UInt32>) {
        let count = min(arguments.count, self.arguments.count)
        return (arguments.part(0..<count), arguments.part(count..<arguments.count))
    }

    /// What a function must leave as it found it, besides the stack pointer.
    static let calleeSaved = RegisterList([.rbx, .rbp, .r12, .r13, .r14, .r15])

    /// What of that a function with a frame saves one by one: `rbp` is a part of the frame.
    static let savedByFrames = RegisterSet([.rbx, .r12, .r13, .r14, .r15])

    /// What a call may change.
    static let callerSaved = RegisterSet([.rax, .rcx, .rdx, .rsi, .rdi, .r8, .r9, .r10, .r11])
}
