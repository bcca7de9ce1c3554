import Testing

@testable import ELF

/// States, holes and files that no image has written: errors, never a crash and never a write beside the file.
@Suite struct HostileTests {
    static func file() throws -> TestFile {
        try TestFile { image in
            let block = try image.add("main.start", .text, exitCode(0))
            try image.add("main.text", .rodata, [1, 2, 3])
            try image.add("main.zero", .bss, [0])
            let slot = try image.allocateSlot()
            let name = try image.addName(Array("main.start".utf8))
            try image.setPosition(slot, SlotPosition(path: 0, name: name, line: 1, column: 1))
            _ = try image.addGlobalSymbol(Array("_start".utf8), .function, .global, .text, offset: 0, size: 12)
            image.entry = block.address
        }
    }

    static let badStates: [@Sendable (inout ImageState) -> Void] = [
        { $0.sections = [] },
        { $0.sections.removeLast() },
        { $0.sections.swapAt(4, 5) },
        { $0.sections[4].fileOffset += 1 },
        { $0.sections[4].fileOffset = .max - 4095 },
        { $0.sections[4].fileOffset = $0.sections[5].fileOffset },
        { $0.sections[4].fileOffset = 0 },
        { $0.sections[4].fileRoom = .max - 4095 },
        { $0.sections[4].fileRoom += 4096 },
        { $0.sections[4].fileRoom = 0 },
        { $0.sections[4].size = .max },
        { $0.sections[4].size = 5000 },
        { $0.sections[4].size = 17 },
        { $0.sections[1].size = 8 },
        { $0.sections[2].size += 16 },
        { $0.sections[7].fileRoom = 4096 },
        { $0.sections[7].size = 1 << 40 },
        { $0.sections[8].size = 0 },
        { $0.sections[9].size = 0 },
        { $0.sections[10].size += 1 },
        { $0.sections[11].size = 64 },
        { $0.sections[0].size = 0 },
        { $0.fileSize = 4096 },
        { $0.fileSize = .max },
        { $0.firstGlobal = .none },
        { $0.firstGlobal = SymbolIndex(.max) },
        { $0.entry = 1 },
        { $0.entry = .max },
        { $0.buildID = [] },
        { $0.buildID += [0] },
    ]

    @Test(arguments: badStates.indices) func badStatesAreRefused(_ number: Int) throws {
        let file = try Self.file()
        var state = file.state
        Self.badStates[number](&state)
        #expect(throws: ImageError.self) { try Image(state, holes: MemoryHoleStore(), read: file.reader) }
    }

    @Test func theStateIsReadBackFromTheFile() throws {
        let file = try Self.file()
        let state = try ImageState(sections: file.state.sections, fileSize: file.state.fileSize, read: file.reader)
        #expect(state == file.state)
    }

    /// Any byte of the headers that is another one is noticed, but for those that the state takes from there: the
    /// address of the first instruction and the number of the first global symbol.
    @Test func otherHeadersAreNotTakenForTheState() throws {
        let file = try Self.file()
        let table = Int(file.state.sections[11].fileOffset)
        let entry = 24..<32
        let firstGlobal = (table + 9 * 64 + 44)..<(table + 9 * 64 + 48)
        let places = Array(0..<StopScript.size) + Array(table..<(table + 768))
        for place in places where !entry.contains(place) && !firstGlobal.contains(place) {
            var other = file
            other.bytes[place] ^= 1
            #expect(throws: ImageError.self) {
                try ImageState(sections: other.state.sections, fileSize: other.state.fileSize, read: other.reader)
            }
        }
        for number in Self.badStates.indices {
            var state = file.state
            Self.badStates[number](&state)
            guard state.sections != file.state.sections || state.fileSize != file.state.fileSize else { continue }
            #expect(throws: ImageError.self) {
                try ImageState(sections: state.sections, fileSize: state.fileSize, read: file.reader)
            }
        }
    }

    @Test(arguments: [
        Hole(offset: 0, size: 1 << 40), Hole(offset: .max - 31, size: 32), Hole(offset: 16, size: .max - 15),
        Hole(offset: 8, size: 64), Hole(offset: 0, size: 4000), Hole(offset: 1 << 20, size: 64),
    ])
    func badHolesAreRefused(_ hole: Hole) throws {
        let file = try Self.file()
        file.holes.insert(hole, .text)
        var image = try file.open()
        #expect(throws: ImageError.self) { try image.allocate(.text, size: 16) }
    }

    @Test func aHoleUnderGlobalSymbolsIsRefused() throws {
        let file = try Self.file()
        file.holes.insert(Hole(offset: UInt64(file.state.firstGlobal.rawValue) * 24, size: 24), .symtab)
        var image = try file.open()
        #expect(throws: ImageError.self) { try image.addLocalSymbol([1], .object, .data, offset: 0, size: 0) }
    }

    @Test func symbolsAndStringsOutOfBoundsAreRefused() throws {
        var file = try Self.file()
        let symbols = Int(file.state.sections[8].fileOffset)
        file.bytes.replaceSubrange((symbols + 24)..<(symbols + 28), with: [0xFF, 0xFF, 0xFF, 0x7F])
        let names = Int(file.state.sections[3].fileOffset)
        file.bytes.replaceSubrange(names..<(names + 16), with: [UInt8](repeating: 65, count: 16))
        var image = try file.open()
        #expect(throws: ImageError.self) { try image.removeLocalSymbol(SymbolIndex(1)) }
        #expect(throws: ImageError.self) { try image.removeName(UInt32(SectionID.names.address)) }
        #expect(throws: ImageError.self) { try image.removeName(.max) }
    }

    @Test(arguments: [-1, 1]) func aReaderThatGivesTooLittleOrTooMuchIsRefused(_ more: Int) throws {
        let file = try Self.file()
        let reader: ImageReader = { (_, count) throws(ImageError) in [UInt8](repeating: 0, count: count + more) }
        var image = try Image(file.state, holes: file.holes, read: reader)
        #expect(throws: ImageError.self) { try image.removeLocalSymbol(SymbolIndex(1)) }
        #expect(throws: ImageError.self) {
            try ImageState(sections: file.state.sections, fileSize: file.state.fileSize, read: reader)
        }
    }

    // MARK: - Reader

    /// Asks a reader for everything it can tell.
    private func readAll(_ bytes: [UInt8]) throws {
        let reader = try ELFReader(bytes)
        _ = try? reader.buildID()
        for section in reader.sectionHeaders {
            _ = try? reader.name(of: section)
            _ = try? reader.content(of: section)
        }
        for symbol in (try? reader.symbols()) ?? [] { _ = try? reader.name(of: symbol) }
        for segment in reader.programHeaders { _ = try? reader.memory(at: segment.address, count: segment.memorySize) }
        _ = try? reader.memory(at: .max, count: .max)
        _ = try? reader.section(named: ".text")
    }

    @Test func truncatedFilesAreErrors() throws {
        let file = try Self.file()
        let bytes = file.bytes
        let end = Int(file.state.sections[11].fileOffset) + 768
        for count in Array(0..<1200) + Array(stride(from: 1200, to: end, by: 511)) {
            #expect(throws: ELFReaderError.self) { try readAll(Array(bytes[..<count])) }
        }
    }

    @Test(arguments: 1...8) func mutatedFilesDoNotCrash(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let file = try Self.file()
        let tables = file.state.sections.filter { [.headers, .symtab, .strtab, .sectionHeaders].contains($0.id) }
        for _ in 0..<500 {
            var bytes = file.bytes
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                guard let table = tables.randomElement(using: &numbers) else { continue }
                let place = Int(table.fileOffset) + Int.random(in: 0..<min(Int(table.size), 1100), using: &numbers)
                bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
            }
            try? readAll(bytes)
        }
    }

    @Test func whatTheReaderSeesIsWhatWasWritten() throws {
        let file = try Self.file()
        let reader = try ELFReader(file.bytes)
        #expect(reader.header.entry == file.state.entry)
        #expect(try reader.memory(at: file.state.entry, count: 12) == exitCode(0)[...])
        #expect(try reader.memory(at: file.state.entry, count: 1 << 20) == nil)
        #expect(try reader.memory(at: 1, count: 1) == nil)
        let names = try reader.sectionHeaders.map { try reader.name(of: $0) }
        #expect(names == [""] + SectionID.allCases.dropLast().map(\.name))
        #expect(try reader.section(named: ".text")?.size == 16)
        #expect(try reader.section(named: ".nothing") == nil)
        let symbols = try reader.symbols().map { try reader.name(of: $0) }
        #expect(symbols == ["", "main.start", "main.text", "main.zero", "_start"])
    }
}
