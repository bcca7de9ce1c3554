import Semantics
import ZIR

/// Reading operands and writing results.
extension Lowering {
    /// Where a value is: what it takes to read it.
    enum Source {
        /// In its home.
        case home(Operand)
        /// A number, extended to 64 bits.
        case number(UInt64)
        /// The address of a place.
        case address(Place)
        /// The address of a stack slot, relative to `rbp`.
        case frame(Int32)
    }

    /// Where `value` is. Inlined, because a call would copy the whole struct first.
    @inline(__always)
    func source(_ value: IRRef) -> Source {
        if let index = value.instIndex {
            if function.insts[Int(index)].op == .stackSlot { return .frame(frame.offset(ofSlot: index)) }
            guard let home = homes.home(of: Int(index)) else { unreachable("value \(index) is used and has no home") }
            return .home(frame.location(ofHome: home))
        }
        guard let index = value.constantIndex else { unreachable("an operand is missing") }
        switch function.constants[Int(index)] {
        case .integer(let number, _): return .number(number)
        case .undefined: return .number(0)
        case .place(let place): return .address(place)
        }
    }

    /// Loads `value` into `register`; an error stands at `position`. Changes no other register and no flags.
    mutating func load(_ register: Register, _ value: IRRef, _ position: Position) throws(DiagnosticError) {
        switch source(value) {
        case .home(.register(let home)): assembler.move(register, home)
        case .home(.memory(let home)): assembler.load(register, home)
        case .number(let number): assembler.moveImmediate(register, number)
        case .address(let place): try loadAddress(register, place, position)
        case .frame(let offset): assembler.loadAddress(register, .base(.rbp, offset))
        }
    }

    /// Loads the address of `place`: one of the body's own constants relative to the instruction pointer, any other
    /// through the slot of its declaration.
    private mutating func loadAddress(
        _ register: Register, _ place: Place, _ position: Position
    ) throws(DiagnosticError) {
        let offset = try displacement(place, position)
        switch place.base {
        case .local(let index):
            assembler.loadAddress(register, .label(storageLabel(index), offset))
        case .declaration(let target):
            assembler.load(register, .slot(target))
            if offset != 0 { assembler.loadAddress(register, .base(register, offset)) }
        }
    }

    /// What stands `distance` bytes behind the address `pointer`, as an operand. Where the address is known only at run
    /// time, `register` gets it.
    mutating func memory(
        at pointer: IRRef, _ distance: UInt32 = 0, using register: Register, _ position: Position
    ) throws(DiagnosticError) -> Memory {
        var place: Place
        switch source(pointer) {
        case .address(let known): place = known
        case .frame(let offset): return .base(.rbp, offset + Int32(bitPattern: distance))
        case .home, .number:
            try load(register, pointer, position)
            return .base(register, Int32(bitPattern: distance))
        }
        place.offset += Int64(distance)
        let offset = try displacement(place, position)
        switch place.base {
        case .local(let index):
            return .label(storageLabel(index), offset)
        case .declaration(let target):
            assembler.load(register, .slot(target))
            return .base(register, offset)
        }
    }

    /// The offset of `place` as a displacement.
    private func displacement(_ place: Place, _ position: Position) throws(DiagnosticError) -> Int32 {
        guard place.field == .none else { unreachable("a length has no address") }
        if let offset = Int32(exactly: place.offset) { return offset }
        throw DiagnosticError(position, "address is \(place.offset) bytes from its object, out of reach")
    }

    /// `register OP value`, with `value` read from where it is if that is possible, else from `scratch`.
    mutating func arithmetic(
        _ operation: Arithmetic, _ register: Register, _ value: IRRef, _ width: Width = .quad, scratch: Register,
        _ position: Position
    ) throws(DiagnosticError) {
        switch source(value) {
        case .home(.register(let home)): assembler.arithmetic(operation, register, home, width)
        case .home(.memory(let home)): assembler.arithmetic(operation, register, home, width)
        case .number(let number):
            if let immediate = Lowering.immediate(number, width) {
                assembler.arithmetic(operation, .register(register), immediate: immediate, width)
                return
            }
            fallthrough
        case .address, .frame:
            try load(scratch, value, position)
            assembler.arithmetic(operation, register, scratch, width)
        }
    }

    /// `number` as the immediate of an instruction that is `width` wide, which extends its sign to that.
    static func immediate(_ number: UInt64, _ width: Width) -> Int32? {
        width == .quad ? Int32(exactly: Int64(bitPattern: number)) : Int32(truncatingIfNeeded: number)
    }

    /// Makes `register` the result of instruction `index`.
    mutating func store(_ register: Register, asResultOf index: Int) {
        guard let home = homes.home(of: index) else { return }
        switch frame.location(ofHome: home) {
        case .register(let home): assembler.move(home, register)
        case .memory(let home): assembler.store(home, register)
        }
    }

    /// `destination` = the low bits of `source`, extended to 64 bits as `type` says.
    mutating func extend(_ destination: Register, _ source: Register, _ type: IRType) {
        if let width = Width(bits: type.bits) {
            if type.isSigned {
                assembler.moveSignExtended(destination, .register(source), from: width)
            } else {
                assembler.moveZeroExtended(destination, .register(source), from: width)
            }
            return
        }
        if destination != source { assembler.move(destination, source) }
        if type.bits == 0 { return }
        let unused = 64 - type.bits
        assembler.shift(.left, destination, by: unused)
        assembler.shift(type.isSigned ? .arithmeticRight : .logicalRight, destination, by: unused)
    }
}

extension Width {
    /// The width of exactly `bits` bits.
    init?(bits: UInt8) {
        guard bits % 8 == 0 else { return nil }
        self.init(rawValue: bits / 8)
    }
}
