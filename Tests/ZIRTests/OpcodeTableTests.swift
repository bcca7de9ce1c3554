import Testing

@testable import ZIR

@Suite struct OpcodeTableTests {
    @Test(arguments: Opcode.allCases)
    func spellingIsTheNameOfTheCase(opcode: Opcode) {
        #expect(opcode.spelling == "\(opcode)")
        let found = Array(opcode.spelling.utf8).withUnsafeBufferPointer { OpcodeTable.shared.find(Name($0)) }
        #expect(found?.pointee.opcode == opcode)
        #expect(found?.pointee.compare == nil)
    }

    @Test(arguments: CompareOperator.allCases)
    func shorthandOfCompare(compare: CompareOperator) {
        let found = Array("cmp_\(compare)".utf8).withUnsafeBufferPointer { OpcodeTable.shared.find(Name($0)) }
        #expect(found?.pointee.opcode == .cmp)
        #expect(found?.pointee.compare == compare)
    }

    @Test(arguments: ["", "a", "cmp_", "cmp_l", "intt", "in", "ensure_result_non_errors", "\u{0}", "é"])
    func unknownWord(word: String) {
        #expect(Array(word.utf8).withUnsafeBufferPointer { OpcodeTable.shared.find(Name($0)) } == nil)
    }

    @Test(arguments: Opcode.allCases)
    func positionalOperandsComeFirst(opcode: Opcode) {
        let keywords = opcode.operands.map(\.isKeyword)
        #expect(keywords == keywords.filter { !$0 } + keywords.filter { $0 })
        let names = opcode.operands.map { "\($0.name)" }
        #expect(Set(names).count == names.count)
    }

    @Test func everyOpcodeHasASample() {
        let sampled = Set(Samples.all.map(\.0))
        #expect(Opcode.allCases.filter { !sampled.contains($0) } == [])
    }

    @Test func tagNames() {
        #expect(TagName.primitive.setName == "Primitive")
        #expect(TagName.callingConvention.spelling(CallingConvention.Naked.rawValue) == "Naked")
        #expect(TagName.linkage.spelling(200) == nil)
    }

    /// The words of a set are written out beside its cases, and are their names.
    @Test func wordsAreTheNamesOfTheirCases() {
        func expectNames<Tag: TagSet>(_ set: Tag.Type) {
            #expect(Tag.allCases.map(\.spelling) == Tag.allCases.map { "\($0)" })
            #expect(Tag.allCases.map { Int($0.rawValue) } == Array(0..<Tag.allCases.count))
        }
        expectNames(PrimitiveTag.self)
        expectNames(CallingConvention.self)
        expectNames(CompareOperator.self)
        expectNames(Linkage.self)
        expectNames(CallModifier.self)
        expectNames(PointerSize.self)
        expectNames(StructLayout.self)
        expectNames(AtomicOrder.self)
        expectNames(AtomicOperation.self)
    }
}
