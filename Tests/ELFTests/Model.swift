import Testing

@testable import ELF

/// What should be in an executable, and random changes to it.
struct Model {
    /// A declaration: a block with its content, a slot, a position, a name, a symbol.
    struct Thing {
        var name: [UInt8]
        var block: Block
        var alignment: UInt64
        var content: [UInt8]
        var slot: SlotIndex
        var line: UInt32
        var address: UInt32
        var symbol: SymbolIndex
        var export: SymbolIndex?
    }

    var numbers: SeededNumbers
    var things: [Thing] = []
    private var nextName = 0
    private let format: ELFFormat

    init(seed: UInt64, _ target: ImageTarget) {
        numbers = SeededNumbers(seed: seed)
        format = target.format
    }

    // MARK: - Changes

    /// One random change.
    mutating func step(_ image: inout Image) throws {
        let number = things.isEmpty ? 0 : Int.random(in: 0..<things.count, using: &numbers)
        switch things.isEmpty ? 0 : Int.random(in: 0..<8, using: &numbers) {
        case 0, 1: try add(&image)
        case 2, 3: try remove(&image, number)
        case 4, 5: try resize(&image, number)
        case 6: try moveLine(&image, number)
        default: try toggleExport(&image, number)
        }
    }

    mutating func add(_ image: inout Image) throws {
        let section = [SectionID.text, .rodata, .data, .bss].randomElement(using: &numbers) ?? .text
        let alignment = [1, 1, 1, 8, 16, 64, 4096].randomElement(using: &numbers) ?? 1
        let content = randomContent()
        let block = try image.allocate(section, size: UInt64(content.count), alignment: UInt64(alignment))
        nextName += 1
        let name = Array(("f\(nextName)" + String(repeating: "x", count: nextName % 90)).utf8)
        let size = UInt64(content.count)
        let added = try image.addLocalSymbol(name, .function, section, offset: block.offset, size: size)
        moved(added.moved)
        let thing = Thing(
            name: name, block: block, alignment: UInt64(alignment), content: content, slot: try image.allocateSlot(),
            line: UInt32(nextName), address: try image.addName(name), symbol: added.index)
        things.append(thing)
        try write(&image, thing)
    }

    mutating func remove(_ image: inout Image, _ number: Int) throws {
        if things[number].export != nil { try toggleExport(&image, number) }
        let thing = things.remove(at: number)
        #expect(try image.position(thing.slot).name == thing.address)
        try image.removeName(thing.address)
        try image.freeSlot(thing.slot)
        try image.removeLocalSymbol(thing.symbol)
        try image.free(thing.block, used: UInt64(thing.content.count))
    }

    private mutating func resize(_ image: inout Image, _ number: Int) throws {
        let used = UInt64(things[number].content.count)
        let content = randomContent()
        let old = things[number].block
        let resized = try image.resize(
            old, used: used, to: UInt64(content.count), alignment: things[number].alignment)
        switch resized.outcome {
        case .inPlace: #expect(resized.block.offset == old.offset && resized.block.room <= old.room)
        case .grewInPlace: #expect(resized.block.offset == old.offset && resized.block.room > old.room)
        case .moved(let from, let to): #expect(from == old.address && to == resized.block.address)
        }
        things[number].block = resized.block
        things[number].content = content
        try write(&image, things[number])
    }

    private mutating func moveLine(_ image: inout Image, _ number: Int) throws {
        things[number].line += 1
        try image.setPositionLine(things[number].slot, line: things[number].line, column: 2)
    }

    private mutating func toggleExport(_ image: inout Image, _ number: Int) throws {
        if let export = things[number].export {
            things[number].export = nil
            moved(try image.removeGlobalSymbol(export))
        } else {
            let block = things[number].block
            let index = try image.addGlobalSymbol(
                things[number].name, .function, .weak, block.section, offset: block.offset,
                size: UInt64(things[number].content.count))
            things[number].export = index
        }
    }

    private func write(_ image: inout Image, _ thing: Thing) throws {
        let size = UInt64(thing.content.count)
        if thing.block.section != .bss { try image.write(thing.block.section, at: thing.block.offset, thing.content) }
        try image.setSlot(thing.slot, thing.block.address)
        let position = SlotPosition(path: 0, name: thing.address, line: thing.line, column: 2)
        try image.setPosition(thing.slot, position)
        for symbol in [thing.symbol, thing.export ?? .none] where symbol != .none {
            try image.updateSymbol(symbol, thing.block.section, offset: thing.block.offset, size: size)
        }
    }

    private mutating func moved(_ move: SymbolMove?) {
        guard let move else { return }
        let number = things.firstIndex { $0.export == move.from }
        #expect(number != nil)
        if let number { things[number].export = move.to }
    }

    /// Mostly small, sometimes more than a section's room in the file.
    private mutating func randomContent() -> [UInt8] {
        let largest = Int.random(in: 0..<12, using: &numbers) == 0 ? 9000 : 200
        let count = Int.random(in: 0...largest, using: &numbers)
        let byte = UInt8.random(in: 1...0xC0, using: &numbers)
        return (0..<count).map { UInt8(truncatingIfNeeded: $0 % 7) &+ byte }
    }

    // MARK: - Checks

    /// Blocks, entries, strings and holes lie side by side from the start of each section to its end.
    func checkTiling(_ image: Image) throws {
        for section in SectionID.allCases where section.grows && section != .positions {
            let free = (image.holes as? MemoryHoleStore)?.holes(section).map { $0.offset..<$0.end } ?? []
            for (hole, next) in zip(free, free.dropFirst()) { #expect(hole.upperBound < next.lowerBound) }
            #expect(free.last?.upperBound != image.size(of: section) || free.isEmpty)
            var end: UInt64 = 0
            let all = (free + (try owned(section, image))).sorted { $0.lowerBound < $1.lowerBound }
            for range in all {
                #expect(range.lowerBound == end, "\(section)")
                end = range.upperBound
            }
            #expect(end == image.size(of: section), "\(section)")
        }
        #expect(image.size(of: .positions) == 2 * image.size(of: .slots))
    }

    private func owned(_ section: SectionID, _ image: Image) throws -> [Range<UInt64>] {
        let unit = section.layout(format).unit
        func entry(_ number: UInt32) -> Range<UInt64> { (UInt64(number) * unit)..<((UInt64(number) + 1) * unit) }
        func string(_ offset: UInt64, _ name: [UInt8]) -> Range<UInt64> { offset..<(offset + UInt64(name.count) + 1) }
        let symbols = things.flatMap { thing in [thing.symbol] + (thing.export.map { [$0] } ?? []) }
        switch section {
        case .slots: return (0..<3).map(entry) + things.map { entry($0.slot.rawValue) }
        case .names: return things.map { string(UInt64($0.address) - section.address, $0.name) }
        case .symtab: return [entry(0)] + symbols.map { entry($0.rawValue) }
        case .strtab:
            let names = try symbols.map { try image.symbol($0) }
            return try [0..<1] + names.map { string(UInt64($0.name), try image.name(of: $0)) }
        default:
            let blocks = things.map(\.block).filter { $0.section == section }
            return blocks.map { $0.offset..<($0.offset + $0.room) }
        }
    }

    /// The file, as a stranger reads it.
    func check(_ file: TestFile) throws {
        let reader = try ELFReader(file.bytes)
        #expect(reader.header.format == format)
        let symbols = try reader.symbols()
        #expect(try reader.buildID() == file.state.buildID)
        let info = try reader.section(named: ".symtab")?.info
        #expect(info == file.state.firstGlobal.rawValue)
        for (number, symbol) in symbols.enumerated() {
            #expect(symbol.isLocal == (number < Int(file.state.firstGlobal.rawValue)))
        }
        let expected = things.count + things.count { $0.export != nil }
        #expect(symbols.dropFirst().count { !$0.isFiller } == expected)
        for thing in things { try check(thing, reader, symbols) }
        for section in [SectionID.text, .rodata, .data] { checkFreeBytes(section, file) }
    }

    private func check(_ thing: Thing, _ reader: ELFReader, _ symbols: [Symbol]) throws {
        let size = UInt64(thing.content.count)
        #expect(thing.block.address % thing.alignment == 0)
        if thing.block.section != .bss {
            #expect(try reader.memory(at: thing.block.address, count: size) == thing.content[...])
        }
        let slot = try reader.memory(at: thing.slot.address, count: 8) ?? []
        #expect(Array(slot) == bytes(thing.block.address))
        let position = try reader.memory(at: SectionID.positions.address + thing.slot.positionOffset, count: 16) ?? []
        #expect(Array(position) == [0, thing.address, thing.line, 2].flatMap(bytes))
        let name = try reader.memory(at: UInt64(thing.address), count: UInt64(thing.name.count) + 1) ?? []
        #expect(Array(name) == thing.name + [0])
        for index in [thing.symbol, thing.export ?? thing.symbol] {
            let symbol = symbols[Int(index.rawValue)]
            #expect(symbol.value == thing.block.address && symbol.size == size)
            #expect(symbol.section == thing.block.section.headerIndex)
            #expect(try reader.name(of: symbol) == String(decoding: thing.name, as: UTF8.self))
        }
    }

    /// Whatever no declaration uses has been overwritten.
    private func checkFreeBytes(_ section: SectionID, _ file: TestFile) {
        var content = Array(file.content(section))
        let fill = section.layout.fill
        for thing in things where thing.block.section == section {
            let start = Int(thing.block.offset)
            let cleared = [UInt8](repeating: fill, count: thing.content.count)
            content.replaceSubrange(start..<(start + cleared.count), with: cleared)
        }
        #expect(content.allSatisfy { $0 == fill })
    }

    /// A number in the byte order of the file.
    private func bytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        let little = (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: value >> Number($0 * 8)) }
        return format.isLittleEndian ? little : little.reversed()
    }
}
