import Testing
import ZIR

@testable import Semantics

/// Answers as plain data, and code that is lent.
struct PlainInterfaceTests {
    private static let place = Place(base: .declaration(DeclIndex(7)))

    @Test(arguments: [
        Value.void, .bool(true), .integer(Integer(Int64.min)), .type(.u8), .null, .undefined, .place(place),
        .reference(DeclIndex(7)), .lengthPointer(3),
    ])
    func keepsSmallValues(_ value: Value) throws {
        let plain = try #require(PlainInterface(Interface(category: .constant, type: .u8, value: value)))
        let analysis = Analysis(types: TypeTable(), options: AnalysisOptions())
        #expect(plain.category == .constant && plain.type == .u8)
        #expect(analysis.expanded(plain.value) == value)
        #expect(analysis.expanded(plain.at(DeclIndex(9)).value) == .place(Place(base: .declaration(DeclIndex(9)))))
    }

    @Test(arguments: [
        Value.integer(Integer(UInt64.max)), .slice(place, length: 1), .array([]), .pointee(.void),
        .place(Place(base: .declaration(DeclIndex(7)), offset: 1)), .place(Place(base: .local(0))),
        .place(Place(base: .declaration(DeclIndex(7)), field: .arrayLength)),
    ])
    func refusesOthers(_ value: Value) {
        #expect(PlainInterface(Interface(category: .constant, type: .u8, value: value)) == nil)
    }

    /// Answers all references as plain data where it can.
    private final class PlainProgram: Program {
        let program: MemoryProgram
        var plainCount = 0

        init(_ program: MemoryProgram) { self.program = program }

        func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? { try program.lookup(name) }
        func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
            try program.interface(of: declaration)
        }
        func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content { try program.content(of: declaration) }
        func name(of declaration: DeclIndex) -> String { program.name(of: declaration) }

        func reference(to name: UnsafeRawBufferPointer) throws(AnalysisStop) -> Reference? {
            guard let declaration = try lookup(name) else { return nil }
            let plain = PlainInterface(try interface(of: declaration))
            if plain != nil { plainCount += 1 }
            return Reference(declaration: declaration, interface: plain)
        }
    }

    /// The code that is lent is that which is handed over, whichever way references are answered.
    @Test func lendsTheSameCode() throws {
        let memory = MemoryProgram(
            withBody(
                """
                %slot = alloc(@u64)
                %s0 = store(%slot, @big)
                %old = deref(@count)
                %sum = addwrap(%old, @small)
                %is = cmp(%sum, lt, 9)
                %c = condbr(%is, {
                  %s1 = store(@count, %sum)
                }, {})
                %call = call(@g, [%sum])
                """,
                """
                @big = as(@u64, 18446744073709551615) @small = as(@u32, 3) @count = global(@u32, 7, mutable=1)
                @gt = fntype([@u32], @void) @g = fn(@gt, { %x = arg("x") })
                """))
        #expect(memory.error(of: "f") == nil)
        guard case .function(let function) = try memory.body(of: memory["f"]) else {
            Issue.record("no function")
            return
        }
        let program = PlainProgram(memory)
        var isSame = false
        try memory.analyzer.withCode(
            memory.syntax(of: "f"), of: memory["f"], type: memory.interface(of: memory["f"]).type, program: program
        ) { code in isSame = IRFunction(code) == function }
        #expect(isSame)
        #expect(program.plainCount == 5, "all but the large number")
    }

    /// What is no function lends nothing.
    @Test func lendsNothingOfOthers() throws {
        let memory = MemoryProgram(withTypes("@a = as(@u32, 3)"))
        try memory.analyzer.withCode(memory.syntax(of: "a"), of: memory["a"], type: .u8, program: memory) { _ in
            Issue.record("no function has code")
        }
    }
}
