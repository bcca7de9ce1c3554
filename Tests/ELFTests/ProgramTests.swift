import Testing

@testable import ELF

/// Whole executables: they run, and the usual tools read them without a word of warning.
@Suite struct ProgramTests {
    /// Reads a byte of each of `.rodata` and `.data`, adds one of `.bss` after storing there, exits with the sum.
    private static func sumProgram(_ image: inout Image) throws {
        let constant = try image.add("main.constant", .rodata, [30])
        let variable = try image.add("main.variable", .data, [10])
        let zero = try image.add("main.zero", .bss, [0])
        let slot = try image.allocateSlot()
        var code: [UInt8] = []
        code += [0xC6, 0x04, 0x25] + little(zero.address) + [2]  // mov byte [zero], 2
        code += [0x0F, 0xB6, 0x3C, 0x25] + little(constant.address)  // movzx edi, byte [constant]
        code += [0x0F, 0xB6, 0x04, 0x25] + little(variable.address)  // movzx eax, byte [variable]
        code += [0x01, 0xC7]  // add edi, eax
        code += [0x0F, 0xB6, 0x04, 0x25] + little(zero.address)  // movzx eax, byte [zero]
        code += [0x01, 0xC7]  // add edi, eax
        code += [0xFF, 0x24, 0x25] + little(slot.address)  // jmp [slot]
        let main = try image.add("main.start", .text, code)
        let exit = try image.add("main.exit", .text, [0xB8, 231, 0, 0, 0, 0x0F, 0x05])
        try image.setSlot(slot, exit.address)
        let path = try image.addName(Array("src/main.zir".utf8))
        let name = try image.addName(Array("main.exit".utf8))
        try image.setPosition(slot, SlotPosition(path: path, name: name, line: 3, column: 1))
        _ = try image.addGlobalSymbol(
            Array("_start".utf8), .function, .global, .text, offset: main.offset, size: UInt64(code.count))
        _ = try image.addGlobalSymbol(Array("limit".utf8), .object, .weak, .data, offset: variable.offset, size: 1)
        image.entry = main.address
    }

    private static func little(_ address: UInt64) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: address >> ($0 * 8)) }
    }

    /// The program as built, and after an update that takes something out of everything.
    private static func files(_ target: ImageTarget = .x86_64) throws -> [TestFile] {
        var file = try TestFile(target, sumProgram)
        var files = [file]
        try file.update { image in
            try image.removeLocalSymbol(SymbolIndex(1))
            let block = try image.add("other.function", .text, exitCode(1), alignment: 64)
            try image.removeLocalSymbol(SymbolIndex(2))
            try image.free(block, used: 12)
            let slot = try image.allocateSlot()
            try image.setSlot(slot, 1)
            let last = try image.allocateSlot()
            try image.setSlot(last, image.entry)
            try image.freeSlot(slot)
        }
        files.append(file)
        return files
    }

    @Test func exitsWith42() throws {
        let file = try TestFile { image in
            let block = try image.add("main.start", .text, exitCode(42))
            image.entry = block.address
        }
        #expect(try withExecutable(file.bytes) { try run($0) }.status == 42)
    }

    @Test func allSectionsAreInMemory() throws {
        for file in try Self.files() {
            #expect(try withExecutable(file.bytes) { try run($0) }.status == 42)
        }
    }

    @Test func anEmptyProgramGetsSectionsInAnUpdate() throws {
        var file = try TestFile { _ in }
        try file.update(Self.sumProgram)
        #expect(try withExecutable(file.bytes) { try run($0) }.status == 42)
    }

    @Test func nothingIsWritableAndExecutable() throws {
        let reader = try ELFReader(try TestFile(.x86_64, Self.sumProgram).bytes)
        for segment in reader.programHeaders {
            #expect(segment.flags & (PF_W | PF_X) != PF_W | PF_X)
        }
        let loads = reader.programHeaders.filter { $0.type == PT_LOAD }
        #expect(loads.map(\.address) == loads.map(\.address).sorted())
        for segment in loads {
            #expect(segment.offset % 4096 == segment.address % 4096)
            #expect(segment.address + segment.memorySize <= 1 << 31)
        }
        #expect(reader.programHeaders.filter { $0.type == PT_GNU_STACK }.map(\.flags) == [PF_R | PF_W])
    }

    @Test(arguments: [
        ("readelf", ["-aW"]), ("readelf", ["-a", "--lint"]), ("objdump", ["-d", "-r", "-x"]), ("objdump", ["-s"]),
        ("nm", ["-a"]), ("nm", []),
        ("gdb", ["-nx", "-batch", "-ex", "info functions", "-ex", "disassemble 'main.exit'"]),
        ("size", []), ("file", []),
    ])
    func toolsHaveNothingToSay(_ name: String, _ arguments: [String]) throws {
        guard let tool = tool(name) else {
            print("\(name) is not installed: its reading of executables is not tested")
            return
        }
        // Nothing but the tables is in an empty program, which is what `--lint` and gdb would say.
        let takesEmpty = !arguments.contains("--lint") && name != "gdb"
        for file in try Self.files() + (takesEmpty ? [TestFile { _ in }] : []) {
            let result = try withExecutable(file.bytes) { try run(tool, arguments + [$0]) }
            #expect(result.errors.replacing(/.*: no symbols\n/, with: "") == "")
            #expect(!result.output.lowercased().contains("warning"))
            #expect(!result.output.lowercased().contains("corrupt"))
            #expect(result.status == 0)
        }
    }

    /// Nobody here can run them, but readelf reads every class and byte order.
    @Test(arguments: ImageTarget.all) func readelfHasNothingToSay(_ target: ImageTarget) throws {
        guard let readelf = tool("readelf") else {
            return print("readelf is not installed: its reading of executables is not tested")
        }
        for file in try Self.files(target) {
            let result = try withExecutable(file.bytes) { try run(readelf, ["-a", "-W", "--lint", $0]) }
            #expect(result.errors == "")
            #expect(!result.output.lowercased().contains("warning"))
            #expect(result.output.contains("ELF\(target.format.is64Bit ? 64 : 32)"))
            #expect(result.output.contains("\(target.format.isLittleEndian ? "little" : "big") endian"))
            #expect(result.output.contains("_start") && result.output.contains(".zbuild.slots"))
            let state = try ImageState(
                sections: file.state.sections, fileSize: file.state.fileSize, target: target, read: file.reader)
            #expect(state == file.state)
            let reader = try ELFReader(file.bytes)
            #expect(reader.header.machine == target.machine && reader.header.entry == file.state.entry)
            #expect(try reader.symbols().map { try reader.name(of: $0) }.contains("limit"))
        }
    }

    @Test func toolsSeeWhatIsThere() throws {
        guard let nm = tool("nm"), let readelf = tool("readelf"), let gdb = tool("gdb") else {
            print("nm, readelf or gdb is not installed: what they see is not tested")
            return
        }
        let files = try Self.files()
        let before = try withExecutable(files[0].bytes) { try run(nm, [$0]) }.output
        #expect(before.contains("t main.start") && before.contains("T _start") && before.contains("V limit"))
        #expect(before.contains("r main.constant") && before.contains("b main.zero") && before.contains("d main.var"))
        let after = try withExecutable(files[1].bytes) { try run(nm, [$0]) }.output
        #expect(after.split(separator: "\n").count == before.split(separator: "\n").count - 1)
        #expect(!after.contains("main.constant") && after.contains("other.function"))
        for file in files {
            let notes = try withExecutable(file.bytes) { try run(readelf, ["-n", $0]) }.output
            let id = file.state.buildID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(notes.contains("Build ID: \(id)"))
            let arguments = ["-nx", "-batch", "-ex", "info symbol 'main.exit'", "-ex", "x/2i 'main.exit'"]
            let seen = try withExecutable(file.bytes) { try run(gdb, arguments + [$0]) }.output
            #expect(seen.contains("in section .text"))
            #expect(seen.contains("<main.exit>:\tmov") && seen.contains("<main.exit+5>:\tsyscall"))
        }
    }
}
