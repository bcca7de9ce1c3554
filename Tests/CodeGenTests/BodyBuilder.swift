import Semantics
import ZIR

/// Writes a body by hand.
struct BodyBuilder {
    var insts: [IRInst] = []
    var extra: [UInt32] = []
    var constants: [IRConstant] = []
    var storage: [Content] = []
    var assemblies: [IRAssembly] = []
    var labels: UInt32 = 0
    let convention: CallingConvention
    /// The position that the next instruction gets.
    var position = Position(line: 3, column: 5)

    init(_ convention: CallingConvention = .Unspecified) { self.convention = convention }

    /// What was written so far.
    var function: IRFunction {
        IRFunction(
            insts: insts, extra: extra, constants: constants, storage: storage, assemblies: assemblies, labels: labels,
            convention: convention)
    }

    @discardableResult
    mutating func emit(
        _ op: IRInst.Op, _ type: IRType = .void, _ a: IRRef = .none, _ b: IRRef = .none, data: UInt32 = 0
    ) -> IRRef {
        // There is no text: the number of the instruction stands for its position, see `TestImage`.
        let source = InstIndex(position.line << 16 | position.column)
        insts.append(IRInst(op, type: type, a: a, b: b, data: data, position: position, source: source))
        return .inst(UInt32(insts.count - 1))
    }

    mutating func constant(_ constant: IRConstant) -> IRRef {
        constants.append(constant)
        return .constant(UInt32(constants.count - 1))
    }

    /// A comptime-known number.
    mutating func number(_ value: Int128, _ type: IRType = .usize) -> IRRef {
        constant(.integer(UInt64(truncatingIfNeeded: value), type))
    }

    /// A number that is known only at run time, since it is loaded from storage of the body.
    mutating func stored(_ value: Int128, _ type: IRType) -> IRRef {
        let bytes = (0..<Int(type.bytes)).map { UInt8(truncatingIfNeeded: value >> Int128(8 * $0)) }
        return emit(.load, type, storage(Content(bytes: bytes, alignment: 1)))
    }

    /// The address of new storage of the body.
    mutating func storage(_ content: Content, offset: Int64 = 0) -> IRRef {
        storage.append(content)
        return constant(.place(Place(base: .local(UInt32(storage.count - 1)), offset: offset)))
    }

    /// The address of another declaration.
    mutating func address(_ declaration: DeclIndex, offset: Int64 = 0) -> IRRef {
        constant(.place(Place(base: .declaration(declaration), offset: offset)))
    }

    mutating func compare(_ a: IRRef, _ op: CompareOperator, _ b: IRRef) -> IRRef {
        emit(.compare, .bool, a, b, data: UInt32(op.rawValue))
    }

    mutating func elementPointer(_ a: IRRef, _ b: IRRef, scale: UInt32, length: IRRef = .none) -> IRRef {
        extra += [scale, length.rawValue]
        return emit(.elementPointer, .pointer, a, b, data: UInt32(extra.count - 2))
    }

    @discardableResult
    mutating func call(_ callee: IRRef, _ arguments: [IRRef] = [], _ type: IRType = .void) -> IRRef {
        let first = UInt32(extra.count)
        extra.append(UInt32(arguments.count))
        extra += arguments.map(\.rawValue)
        return emit(.call, type, callee, data: first)
    }

    @discardableResult
    mutating func assembly(
        _ source: String, _ type: IRType = .void, output: String? = nil, inputs: [(String, IRRef)] = [],
        clobbers: [String] = [], isVolatile: Bool = true
    ) -> IRRef {
        let number = UInt32(assemblies.count)
        let line = position.line
        assemblies.append(
            IRAssembly(
                source: Array(source.utf8), output: output.map { Array($0.utf8) },
                inputs: inputs.map { Array($0.0.utf8) }, clobbers: clobbers.map { Array($0.utf8) },
                isVolatile: isVolatile, sourcePosition: Position(line: line, column: 100),
                outputPosition: Position(line: line, column: 200),
                inputPositions: inputs.indices.map { Position(line: line, column: 300 + UInt32($0)) },
                clobberPositions: clobbers.indices.map { Position(line: line, column: 400 + UInt32($0)) }))
        let first = IRRef(rawValue: UInt32(extra.count))
        extra += inputs.map(\.1.rawValue)
        return emit(.assembly, type, first, data: number)
    }

    mutating func label() -> UInt32 {
        labels += 1
        return labels - 1
    }
}

extension IRType {
    static let usize = IRType(bits: 64)

    /// Smallest and largest value.
    var range: ClosedRange<Int128> {
        isSigned
            ? -(Int128(1) << Int128(bits - 1))...(Int128(1) << Int128(bits - 1)) - 1
            : 0...(Int128(1) << Int128(bits)) - 1
    }

    /// Values worth trying: both ends and around zero.
    var samples: [Int128] {
        let candidates = [range.lowerBound, range.lowerBound + 1, -1, 0, 1, 2, range.upperBound - 1, range.upperBound]
        return Array(Set(candidates.filter(range.contains))).sorted()
    }

    /// Fewer of them.
    var edges: [Int128] {
        Array(Set([range.lowerBound, -1, 0, 1, range.upperBound].filter(range.contains))).sorted()
    }

    /// The low bits of `value`, read as this type.
    func wrapping(_ value: Int128) -> Int128 {
        let low = value & ((Int128(1) << Int128(bits)) - 1)
        return range.contains(low) ? low : low - (Int128(1) << Int128(bits))
    }

    /// Widths of all kinds, even and odd, of both signs.
    static let samples: [IRType] = [1, 7, 8, 16, 31, 32, 33, 63, 64].flatMap {
        [IRType(bits: $0), IRType(bits: $0, isSigned: true)]
    }
}
