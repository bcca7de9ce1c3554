import Testing
import ZIR

@testable import Semantics

struct TypeTableTests {
    let types = TypeTable()

    private func make(_ type: Type) throws -> TypeIndex { try #require(types.index(of: type)) }

    private func pointer(_ size: PointerType.Size, const isConst: Bool, _ child: TypeIndex) throws -> TypeIndex {
        try make(.pointer(PointerType(size: size, isConst: isConst, child: child)))
    }

    private func text(_ length: UInt64) throws -> TypeIndex {
        let end = types.sentinel(.integer(Integer(Int64(0))), type: .u8)
        return try make(.array(ArrayType(length: length, child: .u8, sentinel: end)))
    }

    @Test(arguments: PrimitiveTag.allCases)
    func namesOfPrimitives(_ tag: PrimitiveTag) {
        switch tag {
        case .true, .false, .void_value: return
        case .null: #expect(types.name(of: .null) == "@TypeOf(null)")
        case .undefined: #expect(types.name(of: .undefined) == "@TypeOf(undefined)")
        default: #expect(types.name(of: TypeIndex(tag)) == tag.spelling)
        }
    }

    @Test func namesOfPointersAndArrays() throws {
        #expect(types.name(of: try pointer(.one, const: false, .u8)) == "*u8")
        #expect(types.name(of: try pointer(.one, const: true, text(13))) == "*const [13:0]u8")
        #expect(types.name(of: try pointer(.many, const: false, .bool)) == "[*]bool")
        #expect(types.name(of: try pointer(.many, const: true, .usize)) == "[*]const usize")
        #expect(types.name(of: try pointer(.slice, const: false, .u8)) == "[]u8")
        #expect(types.name(of: try pointer(.slice, const: true, .u8)) == "[]const u8")
        #expect(types.name(of: try pointer(.c, const: false, TypeIndex(.c_int))) == "[*c]c_int")
        #expect(types.name(of: try make(.array(ArrayType(length: 3, child: TypeIndex(.i64))))) == "[3]i64")
        #expect(types.name(of: try make(.integer(IntegerShape(isSigned: true, bits: 65535)))) == "i65535")
    }

    @Test(
        arguments: [
            ([], .void, .Unspecified, false, "fn() void"),
            ([], .noreturn, .Naked, false, "fn() callconv(.Naked) noreturn"),
            ([TypeIndex(.u32)], .void, .C, false, "fn(u32) callconv(.C) void"),
            ([.u8, .bool], .usize, .Unspecified, false, "fn(u8, bool) usize"),
            ([TypeIndex(.c_int)], TypeIndex(.c_int), .C, true, "fn(c_int, ...) callconv(.C) c_int"),
            ([], .void, .C, true, "fn(...) callconv(.C) void"),
        ] as [([TypeIndex], TypeIndex, CallingConvention, Bool, String)])
    func namesOfFunctions(
        _ parameters: [TypeIndex], _ result: TypeIndex, _ convention: CallingConvention, _ isVariadic: Bool,
        _ name: String
    ) throws {
        let function = FunctionType(
            parameters: types.parameterList(parameters), result: result, convention: convention,
            isVariadic: isVariadic)
        #expect(types.name(of: try make(.function(function))) == name)
    }

    @Test func equalTypesAreOne() throws {
        #expect(try text(3) == text(3))
        #expect(try text(3) != text(4))
        #expect(try make(.integer(IntegerShape(isSigned: false, bits: 8))) == .u8)
        #expect(TypeIndex(.u64) != .usize)
        let a = FunctionType(parameters: types.parameterList([.u8, .bool]), result: .void)
        let b = FunctionType(parameters: types.parameterList([.u8, .bool]), result: .void)
        #expect(try make(.function(a)) == make(.function(b)))
    }

    @Test func nestingIsBounded() {
        var type = TypeIndex.u8
        var depth = 0
        while let next = types.index(of: .pointer(PointerType(size: .one, isConst: false, child: type))) {
            type = next
            depth += 1
        }
        #expect(depth == Int(TypeTable.maximumDepth))
        #expect(types.name(of: type) == String(repeating: "*", count: depth) + "u8")
    }

    /// A type that holds another twice, and that another twice: the name would have 2^100 parts.
    @Test func nameOfAWideType() throws {
        var type = TypeIndex.void
        for _ in 0..<100 {
            let function = FunctionType(parameters: types.parameterList([type, type]), result: type)
            type = try make(.function(function))
        }
        let name = types.name(of: type)
        #expect(name.utf8.count < 10_000)
        #expect(name.contains("..."))
    }

    @Test(arguments: [
        (TypeIndex.u8, 1, 1), (TypeIndex(.u16), 2, 2), (TypeIndex(.i32), 4, 4), (.usize, 8, 8), (.bool, 1, 1),
        (.void, 0, 1), (TypeIndex(.c_short), 2, 2), (TypeIndex(.c_long), 8, 8), (TypeIndex(.f128), 16, 16),
    ])
    func layoutOfPrimitives(_ type: TypeIndex, _ size: UInt64, _ alignment: UInt32) {
        #expect(types.layout(of: type) == Layout(size: size, alignment: alignment))
    }

    @Test(
        arguments: [
            (0, 0, 1), (1, 1, 1), (7, 1, 1), (9, 2, 2), (17, 4, 4), (33, 8, 8), (64, 8, 8), (65, 16, 16), (128, 16, 16),
            (129, 32, 16), (65535, 8192, 16),
        ] as [(UInt16, UInt64, UInt32)])
    func layoutOfOddIntegers(_ bits: UInt16, _ size: UInt64, _ alignment: UInt32) throws {
        let type = try make(.integer(IntegerShape(isSigned: false, bits: bits)))
        #expect(types.layout(of: type) == Layout(size: size, alignment: alignment))
    }

    @Test func layoutOfOthers() throws {
        #expect(types.layout(of: try text(13)) == Layout(size: 14, alignment: 1))
        #expect(types.layout(of: try pointer(.slice, const: true, .u8)) == Layout(size: 16, alignment: 8))
        #expect(types.layout(of: .comptimeInt) == nil)
        #expect(types.layout(of: .noreturn) == nil)
        #expect(types.layout(of: try make(.array(ArrayType(length: .max, child: .usize)))) == nil)
        #expect(types.layout(of: try make(.array(ArrayType(length: 1 << 31, child: .u8)))) != nil)
        #expect(types.layout(of: try make(.array(ArrayType(length: (1 << 31) + 1, child: .u8)))) == nil)
    }

    @Test func runTimeShapes() throws {
        #expect(types.irType(of: .bool) == .bool)
        #expect(types.irType(of: .void) == .void)
        #expect(types.irType(of: try pointer(.one, const: true, text(1))) == .pointer)
        #expect(types.irType(of: try pointer(.slice, const: true, .u8)) == nil)
        let odd = try make(.integer(IntegerShape(isSigned: true, bits: 7)))
        #expect(types.irType(of: odd) == IRType(bits: 7, isSigned: true))
        let wide = try make(.integer(IntegerShape(isSigned: true, bits: 65)))
        #expect(types.irType(of: wide) == nil)
        #expect(types.isAvailableAtRunTime(wide) == false)
        #expect(types.isAvailableAtRunTime(try pointer(.one, const: true, .comptimeInt)) == false)
        #expect(types.isAvailableAtRunTime(try pointer(.slice, const: true, .u8)))
        for type in [TypeIndex.type, .comptimeInt, .null, .undefined, .noreturn, TypeIndex(.comptime_float)] {
            #expect(types.isAvailableAtRunTime(type) == false)
        }
    }
}
