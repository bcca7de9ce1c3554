import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// Link of an executable that is patched: gives what was generated its place, takes out what died, and fills the fields
/// that depend on addresses. Only for a build without errors.
///
/// Slots and blocks come first, then bytes, because a field may name any slot. Everything goes in the order of path
/// and position, as where the executable is made anew: see `ProgramLayout`.
struct Placer {
    let update: Update
    var image: Image
    /// Declarations whose address was another before.
    private var relocated: [DeclIndex] = []
    /// The file whose path was asked for last, and where that stands; 0 for none.
    private var lastPath: (file: FileNumber, name: UInt32) = (0, 0)

    init(update: Update, image: Image) {
        self.update = update
        self.image = image
    }

    private var graph: Graph { update.graph }

    // MARK: - Removal

    /// Takes the block, symbol and slot of a declaration out.
    mutating func remove(_ declaration: DeclIndex) throws(ImageError) {
        guard let link = graph[state: declaration].link, let section = SectionID(rawValue: link.section) else { return }
        let block = Block(section: section, offset: link.offset, room: link.room)
        update.notePlacement(declaration, before: link, image.address(section, link.offset), after: nil)
        try image.free(block, used: link.size)
        try image.removeLocalSymbol(SymbolIndex(link.symbol))
        graph[state: declaration].link = nil
        let slot = SlotIndex(graph[text: declaration].slot)
        if slot != .none {
            try image.removeName(try image.position(slot).name)
            try image.freeSlot(slot)
            graph[text: declaration].slot = 0
        }
        update.report.blocks.freed += 1
    }

    /// Takes the path of a file that left the build out; no declaration of it is left.
    mutating func removePath(of file: FileNumber) throws(ImageError) {
        let name = update.files[source: file].pathName
        guard name != 0 else { return }
        try image.removeName(name)
        update.files[source: file].pathName = 0
    }

    // MARK: - Placement

    /// Places `declarations`, which are in order and all have code.
    mutating func place(_ declarations: [DeclIndex]) throws(ImageError) {
        for declaration in declarations {
            let name = update.qualifiedNameBytes(declaration)
            try giveSlot(declaration, name)
            try giveBlock(declaration, name)
        }
        for declaration in declarations { try write(declaration) }
        for declaration in relocated { try rewriteAddresses(of: declaration) }
    }

    private mutating func giveSlot(_ declaration: DeclIndex, _ name: [UInt8]) throws(ImageError) {
        guard graph[text: declaration].slot == 0 else { return }
        let slot = try image.allocateSlot()
        graph[text: declaration].slot = slot.rawValue
        let position = update.position(of: declaration)
        let path = try pathName(of: graph.file(of: declaration))
        let name = try image.addName(name)
        try image.setPosition(
            slot, SlotPosition(path: path, name: name, line: position.line &+ 1, column: position.column &+ 1))
    }

    /// The address of the file's path in the table of names, which holds it once.
    private mutating func pathName(of file: FileNumber) throws(ImageError) -> UInt32 {
        if lastPath.file == file { return lastPath.name }
        var name = update.files[source: file].pathName
        if name == 0 {
            name = try image.addName(Array(update.files.pathBytes(file)))
            update.files[source: file].pathName = name
            update.changedFiles.insert(file)
        }
        lastPath = (file, name)
        return name
    }

    private mutating func giveBlock(_ declaration: DeclIndex, _ name: [UInt8]) throws(ImageError) {
        guard let code = update.code[declaration] else { return }
        update.placing = declaration
        let size = code.size
        let alignment = UInt64(code.alignment)
        guard let old = graph[state: declaration].link else {
            let block = try image.allocate(code.section, size: size, alignment: alignment)
            try takeBlock(declaration, name, code, block, symbol: nil)
            return update.notePlacement(declaration, before: nil, after: graph[state: declaration].link, block.address)
        }
        guard let section = SectionID(rawValue: old.section) else { return }
        let before = Block(section: section, offset: old.offset, room: old.room)
        let after: Block
        var symbol: SymbolIndex? = SymbolIndex(old.symbol)
        if section == code.section {
            after = try image.resize(before, used: old.size, to: size, alignment: alignment).block
        } else {
            try image.free(before, used: old.size)
            try image.removeLocalSymbol(SymbolIndex(old.symbol))
            symbol = nil
            after = try image.allocate(code.section, size: size, alignment: alignment)
        }
        try takeBlock(declaration, name, code, after, symbol: symbol)
        update.notePlacement(
            declaration, before: old, before.address, after: graph[state: declaration].link, after.address)
        if after.address != before.address {
            update.report.blocks.moved += 1
            relocated.append(declaration)
        }
    }

    private mutating func takeBlock(
        _ declaration: DeclIndex, _ name: [UInt8], _ code: GeneratedCode, _ block: Block, symbol: SymbolIndex?
    ) throws(ImageError) {
        let size = code.size
        let index: SymbolIndex
        if let symbol {
            try image.updateSymbol(symbol, block.section, offset: block.offset, size: size)
            index = symbol
        } else {
            let kind = Update.symbolKind(code.section)
            let added = try image.addLocalSymbol(name, kind, block.section, offset: block.offset, size: size)
            if let moved = added.moved { update.noteSymbolMove(moved) }
            index = added.index
        }
        graph[state: declaration].link = LinkRecord(
            section: block.section.rawValue, offset: block.offset, room: block.room, size: size, codeHash: code.hash,
            symbol: index.rawValue, relocations: code.relocations)
        try image.setSlot(SlotIndex(graph[text: declaration].slot), block.address)
    }

    private mutating func write(_ declaration: DeclIndex) throws(ImageError) {
        guard let code = update.code[declaration], let link = graph[state: declaration].link else { return }
        if code.section == .bss { return }
        var bytes = Array(code.bytes)
        let address = image.address(code.section, link.offset)
        for relocation in code.relocations {
            guard let field = field(relocation, of: declaration, at: address) else { continue }
            bytes.withUnsafeMutableBytes { field.store(in: $0, at: Int(relocation.offset)) }
        }
        try image.write(code.section, at: link.offset, bytes)
        update.report.blocks.written += 1
    }

    // MARK: - Fields

    /// What a field holds. Nil for fields that depend on no address.
    private func field(
        _ relocation: RelocationRecord, of declaration: DeclIndex, at address: UInt64
    ) -> AddressField? {
        guard let kind = Relocation.Kind(rawValue: relocation.kind) else { return nil }
        let own = ProgramPlace(slot: SlotIndex(graph[text: declaration].slot), address: address)
        guard kind.needsTarget else { return AddressField(relocation, kind, own: own, target: own) }
        let target = DeclIndex(relocation.target)
        requirePlace(target, declaration)
        let place = ProgramPlace(slot: SlotIndex(graph[text: target].slot), address: self.address(of: target))
        return AddressField(relocation, kind, own: own, target: place)
    }

    /// What compiled without errors refers only to what did so too; a cache may say otherwise.
    private func requirePlace(_ target: DeclIndex, _ user: DeclIndex) {
        guard graph[state: target].link == nil else { return }
        guard update.store.isNew else { return graph.fail(.damaged(.state, .kind)) }
        unreachable("\(update.qualifiedName(user)) refers to \(update.qualifiedName(target)), which has no place")
    }

    private func address(of declaration: DeclIndex) -> UInt64 {
        guard let link = graph[state: declaration].link, let section = SectionID(rawValue: link.section) else {
            return 0
        }
        return image.address(section, link.offset)
    }

    /// `declaration` has another address: static data that holds it gets the new one.
    private mutating func rewriteAddresses(of declaration: DeclIndex) throws(ImageError) {
        for user in graph.users(of: declaration) {
            guard let link = graph[state: user].link, let section = SectionID(rawValue: link.section) else { continue }
            for relocation in link.relocations
            where relocation.kind == Relocation.Kind.absolute64.rawValue
                && relocation.target == declaration.rawValue
            {
                let value = address(of: declaration) &+ UInt64(bitPattern: relocation.addend)
                try image.store(section, at: link.offset + UInt64(relocation.offset), value)
            }
        }
    }

    // MARK: - Positions

    /// Gives the positions table the present place of `declaration`.
    mutating func setPosition(_ declaration: DeclIndex) throws(ImageError) {
        let slot = SlotIndex(graph[text: declaration].slot)
        guard slot != .none else { return }
        let position = update.position(of: declaration)
        try image.setPositionLine(slot, line: position.line &+ 1, column: position.column &+ 1)
        update.report.positions += 1
    }

    /// Fills the fields of `declaration`'s code that hold positions inside its text anew.
    mutating func refillPositions(_ declaration: DeclIndex, _ syntax: Syntax) throws(ImageError) {
        guard let link = graph[state: declaration].link, let section = SectionID(rawValue: link.section) else { return }
        var isChanged = false
        for relocation in link.relocations {
            guard let value = Update.positionField(relocation, syntax) else { continue }
            let offset = link.offset + UInt64(relocation.offset)
            guard try image.bytes(section, at: offset, count: 4) != Update.bytes(of: value) else { continue }
            try image.store(section, at: offset, value)
            isChanged = true
        }
        if isChanged { update.report.positions += 1 }
    }

    /// Gives the block of `declaration` the positions that are in `code`, which is otherwise what the block holds.
    mutating func copyPositions(_ declaration: DeclIndex, from code: GeneratedCode) throws(ImageError) {
        guard let link = graph[state: declaration].link, let section = SectionID(rawValue: link.section) else { return }
        var isChanged = false
        for relocation in code.relocations where Relocation.Kind(rawValue: relocation.kind)?.isPosition ?? false {
            let start = Int(relocation.offset)
            guard start + 4 <= code.bytes.count else { continue }
            let field = Array(code.bytes.dropFirst(start).prefix(4))
            let offset = link.offset + UInt64(relocation.offset)
            guard try image.bytes(section, at: offset, count: 4) != field else { continue }
            try image.write(section, at: offset, field)
            isChanged = true
        }
        if isChanged { update.report.positions += 1 }
    }
}

extension Update {
    /// Notes what became of a block, for people; not where everything is made anew.
    func notePlacement(
        _ declaration: DeclIndex, before: LinkRecord?, _ oldAddress: UInt64 = 0, after: LinkRecord?,
        _ newAddress: UInt64 = 0
    ) {
        let placement = Placement(
            oldSize: before?.size ?? 0, newSize: after?.size ?? 0, oldAddress: oldAddress, newAddress: newAddress,
            oldRoom: before?.room ?? 0)
        explanation.notePlacement(declaration, placement)
    }

    /// What a field that holds part of a position holds; nil for other fields. The addend is the number of the
    /// instruction whose position it is, so that the relocation stays what it is when white space changes.
    static func positionField(_ relocation: RelocationRecord, _ syntax: Syntax) -> UInt32? {
        guard relocation.addend >= 0, relocation.addend < Int64(syntax.instCount) else { return nil }
        let position = syntax.inst(InstIndex(UInt32(relocation.addend))).position
        switch Relocation.Kind(rawValue: relocation.kind) {
        case .positionLine32: return position.line
        case .positionColumn32: return position.column
        default: return nil
        }
    }

    /// Fills the position fields of new code, which begins `start` bytes behind the first.
    static func fillPositions(
        _ bytes: inout some MutableCollection<UInt8>, at start: Int = 0, _ relocations: [RelocationRecord],
        _ syntax: Syntax
    ) {
        for relocation in relocations {
            guard let value = positionField(relocation, syntax) else { continue }
            _ = bytes.withContiguousMutableStorageIfAvailable { bytes in
                UnsafeMutableRawBufferPointer(bytes).store(value, at: start + Int(relocation.offset))
            }
        }
    }
}
