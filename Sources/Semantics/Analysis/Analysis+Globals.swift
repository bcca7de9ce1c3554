import ZIR

// Globals. Others see type, mutability, alignment and section of one; its initial value is analysed on its own.
extension Analysis {
    /// The largest alignment that a global may ask for: that of a huge page.
    private static let largestAlignment: UInt64 = 1 << 21

    func globalInterface() throws(AnalysisStop) -> Interface {
        let child = try type(0)
        _ = try runTimeLayout(of: child, at: operand(0).position)
        _ = try globalAlignment(child)
        _ = try globalSection()
        let pointer = PointerType(size: .one, isConst: !flag(2), child: child)
        return Interface(
            category: .global, type: try pointerType(pointer), value: .place(Place(base: .declaration(declaration))))
    }

    /// The storage of a global; of a mutable one that is zero altogether, without bytes. A constant has its bytes, for
    /// what has none lies in memory that the program may write to.
    func globalContent(_ interface: Interface) throws(AnalysisStop) -> Content {
        guard let pointer = types.pointer(interface.type) else { return Content(bytes: []) }
        let position = operand(1).position
        let layout = try runTimeLayout(of: pointer.child, at: operand(0).position)
        let alignment = try globalAlignment(pointer.child)
        let section = try globalSection()
        let value = try value(1, as: pointer.child)
        guard let known = knownValue(value) else { throw failure(position, "unable to resolve comptime value") }
        let needsNoBytes = section == .zero || section == nil && flag(2)
        if value.isUndefined && needsNoBytes {
            return Content(bytes: [], zeros: layout.size, alignment: alignment)
        }
        var content = try content(of: known, pointer.child, at: position)
        content.alignment = alignment
        if content.isZero && needsNoBytes {
            return Content(bytes: [], zeros: content.size, alignment: alignment)
        }
        if section == .zero { throw failure(operand(4).position, "section '.bss' holds zeros only") }
        return content
    }

    /// `align=`, else what `type` asks for.
    private func globalAlignment(_ type: TypeIndex) throws(AnalysisStop) -> UInt32 {
        let natural = types.layout(of: type)?.alignment ?? 1
        if operand(3).kind == .absent { return natural }
        let position = operand(3).position
        let value = try value(3, as: .usize)
        guard let number = integer(value) else {
            if value.isUndefined { throw undefinedUse(position) }
            throw failure(position, "unable to resolve comptime value")
        }
        guard let alignment = number.uint64, alignment.nonzeroBitCount == 1, alignment <= Self.largestAlignment else {
            let limit = Self.largestAlignment
            throw failure(position, "alignment \(number) is not a power of two from 1 to \(limit)")
        }
        return UInt32(alignment)
    }

    /// The sections that a global may ask for.
    private enum Section {
        case constant
        case variable
        case zero
    }

    /// `section=`; nil where it is left out. A global goes where its mutability allows.
    private func globalSection() throws(AnalysisStop) -> Section? {
        if operand(4).kind == .absent { return nil }
        let position = operand(4).position
        let name = text(try string(4))
        let isMutable = flag(2)
        switch name {
        case ".rodata" where !isMutable: return .constant
        case ".data" where isMutable: return .variable
        case ".bss" where isMutable: return .zero
        case ".rodata": throw failure(position, "section '.rodata' cannot hold a mutable global")
        case ".data", ".bss": throw failure(position, "section '\(name)' cannot hold a constant global")
        default: throw failure(position, "section '\(name)' is not supported")
        }
    }
}

extension Content {
    /// Whether it is zero altogether.
    fileprivate var isZero: Bool { addresses.isEmpty && !bytes.isEmpty && bytes.allSatisfy { $0 == 0 } }
}

extension Interface.Category {
    /// Whether what a reference of `type` points at never changes.
    func hasConstantStorage(_ type: TypeIndex, _ types: TypeTable) -> Bool {
        switch self {
        case .constantStorage: true
        case .global: types.pointer(type)?.isConst ?? false
        case .constant, .function, .module, .export: false
        }
    }
}
