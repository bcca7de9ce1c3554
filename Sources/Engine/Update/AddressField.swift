import Cache
import CodeGen
import ELF

/// Where a declaration stands in the executable: its slot, and its address.
struct ProgramPlace {
    var slot: SlotIndex
    var address: UInt64
}

/// What a field of code or data holds that depends on addresses.
struct AddressField {
    let value: UInt64
    let byteCount: Int

    /// The field of `relocation`, which is of this kind, in a declaration that stands at `own`. It refers to what stands at
    /// `target`, if its kind refers to anything. Nil for a field that depends on no address.
    @inline(__always)
    init?(
        _ relocation: RelocationRecord, _ kind: Relocation.Kind, own: ProgramPlace, target: ProgramPlace
    ) {
        let addend = UInt64(bitPattern: relocation.addend)
        let here = own.address &+ UInt64(relocation.offset)
        byteCount = kind == .absolute64 ? 8 : 4
        switch kind {
        case .slotPC32: value = target.slot.address &+ addend &- here
        case .panicSlotPC32: value = SlotIndex.panicHandler.address &+ addend &- here
        case .ownSlot32: value = UInt64(own.slot.rawValue) &+ addend
        case .absolute64: value = target.address &+ addend
        case .positionLine32, .positionColumn32: return nil
        }
    }

    /// Puts it to the byte that is `offset` behind the first; not beyond the last.
    @inline(__always)
    func store(in memory: UnsafeMutableRawBufferPointer, at offset: Int) {
        if byteCount == 8 {
            memory.store(value, at: offset)
        } else {
            memory.store(UInt32(truncatingIfNeeded: value), at: offset)
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Puts `value` to the byte that is `offset` behind the first, low byte first; not beyond the last.
    @inline(__always)
    func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= count else { return }
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }
}

extension Relocation.Kind {
    /// Whether the field holds part of a position inside the declaration's text.
    var isPosition: Bool { self == .positionLine32 || self == .positionColumn32 }

    /// Whether the field refers to another declaration's place.
    var needsTarget: Bool { self == .slotPC32 || self == .absolute64 }
}
