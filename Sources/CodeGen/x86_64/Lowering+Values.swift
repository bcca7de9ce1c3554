import Semantics
import ZIR

/// Reading operands and writing results.
extension Lowering {
    /// Where a value is: what it takes to read it.
    enum Source {
        /// In a register.
        case register(Register)
        /// In the word of the frame so many bytes from `rbp`.
        case word(Int32)
        /// A number, extended to 64 bits.
        case number(UInt64)
        /// The address that the constant of the body with this number is.
        case address(UInt32)
        /// The address of a stack slot, relative to `rbp`.
        case frame(Int32)

        /// Whether it is `register`.
        func isIn(_ register: Register) -> Bool {
            if case .register(register) = self { return true }
            return false
        }

        /// Whether it is a number.
        var isNumber: Bool {
            if case .number = self { return true }
            return false
        }
    }

    /// Where `value` is.
    @inline(__always)
    func source(_ value: IRRef) -> Source {
        if let index = value.instIndex {
            if let register = registers[Int(index)] { return .register(register) }
        } else if let index = value.constantIndex, case .integer(let number, _) = function.constants[Int(index)] {
            return .number(number)
        }
        return sourceElsewhere(value)
    }

    /// Where `value` is, which is in no register and no number.
    private func sourceElsewhere(_ value: IRRef) -> Source {
        if let index = value.instIndex {
            let root = Int(values[Int(index)].root)
            if case .word(let number) = homes.home(ofRoot: root) { return .word(frame.offset(ofWord: number)) }
            return .frame(frame.offset(ofSlot: root))
        }
        guard let index = value.constantIndex else { unreachable("an operand is missing") }
        switch function.constants[Int(index)] {
        case .integer(let number, _): return .number(number)
        case .undefined: return .number(0)
        case .place: return .address(index)
        }
    }

    /// The number that `value` is; nil if it is none that is known.
    @inline(__always)
    func number(_ value: IRRef) -> UInt64? {
        guard let index = value.constantIndex else { return nil }
        switch function.constants[Int(index)] {
        case .integer(let number, _): return number
        case .undefined: return 0
        case .place: return nil
        }
    }

    /// `value` as an immediate of an instruction that is `width` wide; nil if it is none.
    @inline(__always)
    func immediate(_ value: IRRef, _ width: Width) -> Int32? {
        guard let number = number(value) else { return nil }
        return Lowering.immediate(number, width)
    }

    /// `number` as the immediate of an instruction that is `width` wide, which extends its sign to that.
    @inline(__always)
    static func immediate(_ number: UInt64, _ width: Width) -> Int32? {
        width == .quad ? Int32(exactly: Int64(bitPattern: number)) : Int32(truncatingIfNeeded: number)
    }

    /// Loads `value` into `register`. Changes no other register and no flags.
    func load(_ register: Register, _ value: IRRef) { load(register, source(value)) }

    /// Loads what is at `source` into `register`.
    @inline(__always)
    func load(_ register: Register, _ source: Source) {
        // Most often it is there.
        if !source.isIn(register) { move(source, to: register) }
    }

    private func move(_ source: Source, to register: Register) {
        switch source {
        case .register(let home): assembler.move(register, home)
        case .word(let offset): assembler.load(register, .base(.rbp, offset))
        case .number(let number): assembler.moveImmediate(register, number)
        case .address(let constant): loadAddress(register, place(constant))
        case .frame(let offset): assembler.loadAddress(register, .base(.rbp, offset))
        }
    }

    /// The register that `value` is in: its home, which must not be changed, else `scratch`, into which it is loaded.
    func register(_ value: IRRef, scratch: Register) -> Register { register(source(value), scratch: scratch) }

    /// The register that a value is in which is at `source`, else `scratch`.
    func register(_ source: Source, scratch: Register) -> Register {
        if case .register(let home) = source { return home }
        load(scratch, source)
        return scratch
    }

    /// The register in which the result of instruction `index` is best computed: its home, or else `rax`.
    @inline(__always)
    func target(_ index: Int) -> Register { registers[index] ?? .rax }

    /// Makes `register` the result of instruction `index`.
    @inline(__always)
    func store(_ register: Register, asResultOf index: Int) {
        // Most results have been computed in their homes.
        if registers[index] != register { move(register, toHomeOf: index) }
    }

    private func move(_ register: Register, toHomeOf index: Int) {
        if let home = registers[index] { return assembler.move(home, register) }
        guard case .word(let number) = homes.home(ofRoot: Int(values[index].root)) else { return }
        assembler.store(.base(.rbp, frame.offset(ofWord: number)), register)
    }

    /// Whether anybody needs the result of instruction `index`.
    func isNeeded(_ index: Int) -> Bool { values[index].useCount > 0 }

    /// `register OP value`, with the value read from where it is, `source`, if that is possible, else from `scratch`.
    func arithmetic(
        _ operation: Arithmetic, _ register: Register, _ source: Source, _ width: Width = .quad, scratch: Register
    ) {
        switch source {
        case .register(let home): assembler.arithmetic(operation, register, home, width)
        case .word(let offset): assembler.arithmetic(operation, register, .base(.rbp, offset), width)
        case .number(let number):
            if let immediate = Lowering.immediate(number, width) {
                assembler.arithmetic(operation, register, immediate: immediate, width)
                return
            }
            fallthrough
        case .address, .frame:
            load(scratch, source)
            assembler.arithmetic(operation, register, scratch, width)
        }
    }

    /// `destination` = the low bits of `source`, extended to 64 bits as `type` says. Changes flags.
    func extend(_ destination: Register, _ source: Register, _ type: IRType) {
        if let width = Width(bits: type.bits) {
            if width == .quad {
                if destination != source { assembler.move(destination, source) }
            } else if type.isSigned {
                assembler.moveSignExtended(destination, .register(source), from: width)
            } else {
                assembler.moveZeroExtended(destination, .register(source), from: width)
            }
            return
        }
        if type.bits < 32 && !type.isSigned {
            if destination != source { assembler.move(destination, source, .long) }
            let mask = UInt32.max >> UInt32(32 - type.bits)
            assembler.arithmetic(.and, destination, immediate: Int32(bitPattern: mask), .long)
            return
        }
        if destination != source { assembler.move(destination, source) }
        if type.bits == 0 { return }
        let unused = 64 - type.bits
        assembler.shift(.left, destination, by: unused)
        assembler.shift(type.isSigned ? .arithmeticRight : .logicalRight, destination, by: unused)
    }
}

// MARK: - Many values at once

extension Lowering {
    /// Loads the values `arguments` into as many of `registers`, all at once. Registers first; memory and numbers need
    /// none that could be gone by then.
    func load(_ registers: RegisterList, _ arguments: Table<UInt32>) {
        if arguments.count == 1 { return load(registers[0], IRRef(rawValue: arguments[0])) }
        var moves = ParallelMove()
        for place in arguments.indices {
            if case .register(let home) = source(IRRef(rawValue: arguments[place])) {
                moves.add(from: home, to: registers[place])
            }
        }
        emit(&moves)
        for place in arguments.indices {
            let source = source(IRRef(rawValue: arguments[place]))
            if case .register = source { continue }
            load(registers[place], source)
        }
    }

    /// Emits `moves` as if all happened at once.
    func emit(_ moves: inout ParallelMove) {
        while let step = moves.next() {
            switch step {
            case .move(let move): assembler.move(move.destination, move.source)
            case .exchange(let a, let b): assembler.exchange(a, b)
            }
        }
    }
}

// MARK: - Addresses

extension Lowering {
    /// The place that constant `index` of the body is the address of.
    func place(_ index: UInt32) -> Place {
        guard case .place(let place) = function.constants[Int(index)] else { unreachable("a constant is no address") }
        return place
    }

    /// Loads the address of `place`: one of the body's own constants relative to the instruction pointer, any other
    /// through the slot of its declaration.
    private func loadAddress(
        _ register: Register, _ place: Place
    ) {
        let offset = displacement(place)
        switch place.base {
        case .local(let index):
            assembler.loadAddress(register, .label(storageLabel(index), offset))
        case .declaration(let target):
            assembler.load(register, .slot(target))
            if offset != 0 { assembler.loadAddress(register, .base(register, offset)) }
        }
    }

    /// What stands `distance` bytes behind the address `pointer`, as an operand. Parts that are in no register are loaded
    /// into `scratch`, and the index of an element into `rdx`.
    func memory(
        at pointer: IRRef, _ distance: UInt32 = 0, scratch: Register
    ) -> Memory {
        let distance = Int32(bitPattern: distance)
        guard let index = pointer.instIndex, values[Int(index)].isFolded,
            function.insts[Int(index)].op == .elementPointer
        else { return memory(base: pointer, distance, scratch: scratch) }
        let inst = function.insts[Int(index)]
        guard let displacement = function.displacement(of: inst) else { unreachable("a folded address has no form") }
        if inst.b.constantIndex != nil {
            return memory(base: inst.a, distance + displacement, scratch: scratch)
        }
        return indexed(inst, distance, scratch: scratch)
    }

    /// The element that `inst`, an `elementPointer`, leads to, `distance` bytes further on.
    func indexed(
        _ inst: IRInst, _ distance: Int32 = 0, scratch: Register
    ) -> Memory {
        let scale = UInt8(truncatingIfNeeded: function.extra[Int(inst.data)])
        let index = register(inst.b, scratch: .rdx)
        switch memory(base: inst.a, distance, scratch: scratch) {
        case .base(let base, let offset): return .indexed(base, index, scale: scale, offset)
        case let other:
            assembler.loadAddress(scratch, other)
            return .indexed(scratch, index, scale: scale)
        }
    }

    /// What stands `distance` bytes behind the address `base`.
    func memory(
        base: IRRef, _ distance: Int32, scratch: Register
    ) -> Memory {
        var place: Place
        switch source(base) {
        case .address(let constant): place = self.place(constant)
        case .frame(let offset): return .base(.rbp, offset + distance)
        case .register(let home): return .base(home, distance)
        case .word, .number:
            load(scratch, base)
            return .base(scratch, distance)
        }
        place.offset += Int64(distance)
        let offset = displacement(place)
        switch place.base {
        case .local(let index):
            return .label(storageLabel(index), offset)
        case .declaration(let target):
            assembler.load(scratch, .slot(target))
            return .base(scratch, offset)
        }
    }

    /// The offset of `place` as a displacement.
    private func displacement(_ place: Place) -> Int32 {
        guard place.field == .none else { unreachable("a length has no address") }
        if let offset = Int32(exactly: place.offset) { return offset }
        fail("address is \(place.offset) bytes from its object, out of reach")
        return 0
    }
}

extension Width {
    /// The width of exactly `bits` bits.
    init?(bits: UInt8) {
        guard bits % 8 == 0 else { return nil }
        self.init(rawValue: bits / 8)
    }
}
