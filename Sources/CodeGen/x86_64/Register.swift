/// A general-purpose register, by its number in instruction encodings (Intel SDM volume 2, table 2-2 and 3.1.1.1).
enum Register: UInt8, CaseIterable, Sendable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi
    case r8, r9, r10, r11, r12, r13, r14, r15

    /// The low three bits of the number; the fourth stands in the REX prefix.
    var low: UInt8 { rawValue & 7 }

    /// Whether it needs the extra bit of a REX prefix.
    var isExtended: Bool { rawValue >= 8 }

    /// Whether its low byte is reached only with a REX prefix: without one, these numbers mean AH, CH, DH and BH.
    var needsREXAsByte: Bool { rawValue >= 4 && rawValue < 8 }
}

extension Register {
    /// Names of the whole registers, in the order of their numbers.
    private static let names = [
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    ]

    /// Names of their low 32, 16 and 8 bits, in the same order.
    private static let partNames = [
        [
            "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
            "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d",
        ],
        [
            "ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
            "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w",
        ],
        [
            "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil",
            "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b",
        ],
    ]

    /// The name of the whole register.
    var name: String { Register.names[Int(rawValue)] }

    /// The register that `name` is, or is a part of: `eax`, `ax` and `al` all name `rax`.
    init?(name: some Collection<UInt8>) {
        let text = String(decoding: name, as: UTF8.self)
        for names in [Register.names] + Register.partNames {
            if let number = names.firstIndex(of: text) {
                self = Register.allCases[number]
                return
            }
        }
        return nil
    }
}

/// A set of registers, a bit for each.
struct RegisterSet: OptionSet, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The set of these registers.
    init(_ registers: [Register]) {
        self.init(rawValue: registers.reduce(0) { $0 | 1 << UInt16($1.rawValue) })
    }

    /// Whether `register` is in it.
    func contains(_ register: Register) -> Bool { rawValue >> UInt16(register.rawValue) & 1 == 1 }

    /// Adds `register`.
    mutating func insert(_ register: Register) { formUnion(RegisterSet(rawValue: 1 << UInt16(register.rawValue))) }

    /// How many there are.
    var count: Int { rawValue.nonzeroBitCount }
}
