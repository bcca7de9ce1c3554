import Foundation
import Semantics
import Testing

@testable import CodeGen

/// The encoder: a table of bytes, and `objdump` as a second opinion on it.
struct AssemblerTests {
    @Test(arguments: AssemblerCase.all)
    func encodes(_ row: AssemblerCase) {
        #expect(row.emitted == row.bytes)
    }

    @Test(.enabled(if: Objdump.isPresent, "objdump is not installed: the table is not checked against it"))
    func objdumpAgrees() throws {
        let rows = AssemblerCase.all
        let instructions = try Objdump.disassemble(rows.flatMap(\.bytes))
        try #require(instructions.count == rows.count)
        for (row, instruction) in zip(rows, instructions) {
            #expect(instruction.text == row.text)
            #expect(instruction.length == row.bytes.count, "\(row.text)")
        }
    }

    /// Every register in every field of the common form: which bits go where.
    @Test(.enabled(if: Objdump.isPresent, "objdump is not installed: registers are not checked against it"))
    func objdumpAgreesOnAllRegisters() throws {
        let assembler = Assembler()
        var expected: [String] = []
        for a in Register.allCases {
            for b in Register.allCases {
                assembler.move(a, b)
                expected.append("mov %\(b.name),%\(a.name)")
                assembler.arithmetic(.add, a, .base(b, 0x1000))
                expected.append("add 0x1000(%\(b.name)),%\(a.name)")
                guard b != .rsp else { continue }
                assembler.loadAddress(a, .indexed(a, b, scale: 2, 8))
                expected.append("lea 0x8(%\(a.name),%\(b.name),2),%\(a.name)")
            }
        }
        #expect(try Objdump.disassemble(assembler.bytes).map(\.text) == expected)
    }

    @Test func notesRelocations() {
        let assembler = Assembler()
        assembler.load(.rax, .slot(DeclIndex(9)))
        assembler.call(.memory(.panicSlot))
        assembler.call(.memory(.sinkSlot))
        assembler.moveRelocated(.rdi, .ownSlot32, DeclIndex(7))
        #expect(
            assembler.relocations == [
                Relocation(offset: 3, kind: .slotPC32, target: DeclIndex(9), addend: -4),
                Relocation(offset: 9, kind: .panicSlotPC32, target: .none, addend: -4),
                Relocation(offset: 15, kind: .panicSlotPC32, target: .none, addend: 4),
                Relocation(offset: 20, kind: .ownSlot32, target: DeclIndex(7), addend: 0),
            ])
    }

    @Test(arguments: Condition.allCases)
    func invertsConditions(_ condition: Condition) {
        #expect(condition.inverted != condition)
        #expect(condition.inverted.inverted == condition)
    }

    @Test(arguments: [
        ("rax", Register.rax), ("r15", .r15), ("esp", .rsp), ("r8d", .r8), ("bp", .rbp), ("sil", .rsi), ("r10b", .r10),
    ])
    func namesRegisters(_ name: String, _ register: Register) {
        #expect(Register(name: Array(name.utf8)) == register)
    }

    @Test(arguments: ["", "ra", "RAX", "r16", "xmm0", "ah", "%rax", "rip"])
    func refusesOtherNames(_ name: String) {
        #expect(Register(name: Array(name.utf8)) == nil)
    }
}

/// `objdump`, where it is installed.
enum Objdump {
    struct Instruction {
        var text: String
        var length: Int
    }

    private static let path = "/usr/bin/objdump"

    static var isPresent: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// The instructions in `bytes`, spaces made single; the target of a jump is written relative to it.
    static func disassemble(_ bytes: [UInt8]) throws -> [Instruction] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("zbuild-\(UUID().uuidString).bin")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let arguments = ["-D", "-b", "binary", "-m", "i386:x86-64", "--insn-width=16", file.path]
        let output = try ChildProcess.run(path, arguments).output
        return output.split(separator: "\n").compactMap(parse)
    }

    /// A line is `offset:`, tab, bytes, tab, text.
    private static func parse(_ line: Substring) -> Instruction? {
        let fields = line.split(separator: "\t")
        guard fields.count >= 3, let offset = Int(fields[0].trimmingCharacters(in: [" ", ":"]), radix: 16) else {
            return nil
        }
        let length = fields[1].split(separator: " ").count
        var words = fields[2].split(separator: " ").map(String.init)
        if let comment = words.firstIndex(of: "#") { words.removeSubrange(comment...) }
        let isDirect = words.count == 2 && words[1].hasPrefix("0x")
        if isDirect, let target = Int(words[1].dropFirst(2), radix: 16) {
            words[1] = ".+0x" + String(target - offset, radix: 16)
        }
        return Instruction(text: words.joined(separator: " "), length: length)
    }
}
