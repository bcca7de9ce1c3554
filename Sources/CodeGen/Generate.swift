import Semantics

/// Makes machine code for x86-64 of one function after the other, in memory that it has again for each. Belongs to one
/// thread.
public final class Generator {
    private let lowering = Lowering(in: Arena())
    /// Required alignment of what it made last.
    public private(set) var alignment: UInt32 = 1

    /// A generator.
    public init() {}

    /// Makes the machine code of `code`, the body of `declaration`: code, then the storage that it owns. It is in `bytes`
    /// and `relocations` until this is called again; after an error there is nothing of use.
    ///
    /// An error is one that the analysis cannot see: in the source or the constraints of an `asm`, for the most part.
    public func generate(_ code: IRCode, declaration: DeclIndex) throws(DiagnosticError) {
        lowering.reset()
        try lowering.prepare(code, declaration)
        lowering.run()
        alignment = try lowering.finish(code.storage)
    }

    /// The bytes of what it made last.
    public var bytes: UnsafeBufferPointer<UInt8> { lowering.assembler.code }

    /// The fields of what it made last.
    public var relocations: UnsafeBufferPointer<Relocation> { lowering.assembler.fields }
}

/// The machine code of `function`, the body of `declaration`, by a generator of its own.
public func generate(_ function: IRFunction, declaration: DeclIndex) throws(DiagnosticError) -> MachineCode {
    let generator = Generator()
    try generator.generate(function.code, declaration: declaration)
    return MachineCode(
        bytes: Array(generator.bytes), alignment: generator.alignment, relocations: Array(generator.relocations))
}

/// The bytes of static data, with a relocation for each address in it. `declaration` is whose data it is: a place in
/// its own storage points there.
public func generate(content: Content, declaration: DeclIndex = .none) -> MachineCode {
    let relocations = content.addresses.map { address in
        relocation(at: address.offset, to: address.place) { _ in (declaration, 0) }
    }
    return MachineCode(
        bytes: content.bytes, zeros: content.zeros, alignment: max(content.alignment, 1), relocations: relocations)
}

/// The relocation of the word at `offset` that holds the address of `place`. `local` says where a constant that a body
/// owns stands: in which declaration, how many bytes from its start.
func relocation(
    at offset: UInt32, to place: Place, local: (UInt32) -> (declaration: DeclIndex, offset: UInt32)
) -> Relocation {
    guard place.field == .none else { unreachable("a length has no address") }
    switch place.base {
    case .declaration(let target):
        return Relocation(offset: offset, kind: .absolute64, target: target, addend: place.offset)
    case .local(let index):
        let (declaration, start) = local(index)
        return Relocation(
            offset: offset, kind: .absolute64, target: declaration, addend: place.offset &+ Int64(start))
    }
}
