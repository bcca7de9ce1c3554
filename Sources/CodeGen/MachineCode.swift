import Semantics

/// What a declaration puts into the executable: bytes, and the fields in them that depend on addresses.
///
/// Every field is zero here; the linker fills it. So the bytes depend on the declaration alone, never on where
/// anything stands.
public struct MachineCode: Equatable, Sendable {
    /// Code, then the storage that the body owns; or the content of data.
    public var bytes: [UInt8]
    /// Zero bytes behind those: of data that is zero altogether, and then there are no `bytes`.
    public var zeros: UInt64
    /// Required alignment of the start, in bytes, a power of two.
    public var alignment: UInt32
    /// Fields to fill, by offset.
    public var relocations: [Relocation]

    /// Machine code.
    public init(bytes: [UInt8], zeros: UInt64 = 0, alignment: UInt32, relocations: [Relocation]) {
        self.bytes = bytes
        self.zeros = zeros
        self.alignment = alignment
        self.relocations = relocations
    }
}

/// A field that holds something the linker knows.
public struct Relocation: Equatable, Sendable {
    /// What the field holds.
    public enum Kind: UInt8, Sendable {
        /// 32 bits: the target's slot in the offset table, relative to the field: slot + addend - field.
        case slotPC32
        /// 64 bits: the target's address + addend. In data only.
        case absolute64
        /// 32 bits: the number of this declaration's own slot + addend. The target is the declaration itself.
        case ownSlot32
        /// 32 bits: the slot of the panic handler, relative to the field: slot + addend - field. Target none.
        case panicSlotPC32
        /// 32 bits: the zero-based line of an instruction of this declaration, relative to its start. The addend is the
        /// number of the instruction in the parsed form; target none. So white space changes the field, not the code.
        case positionLine32
        /// 32 bits: the column of the same.
        case positionColumn32
    }
    /// Bytes from the start of the declaration's bytes.
    public var offset: UInt32
    /// What the field holds.
    public var kind: Kind
    /// Whose slot or address.
    public var target: DeclIndex
    /// Added to it.
    public var addend: Int64

    /// A relocation.
    public init(offset: UInt32, kind: Kind, target: DeclIndex, addend: Int64) {
        self.offset = offset
        self.kind = kind
        self.target = target
        self.addend = addend
    }
}
