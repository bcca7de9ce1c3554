import Testing
import ZIR

@Suite struct ParserTests {
    @Test(arguments: Samples.all)
    func canonicalTextIsAFixedPoint(opcode: Opcode, text: String) {
        let first = parse(text)
        #expect(first.diagnostics == [])
        #expect(first.syntax.insts.contains { $0.opcode == opcode })
        #expect(printed(first) == text)
        let second = parse(printed(first))
        #expect(outline(second.syntax) == outline(first.syntax))
        #expect(second.structureHash == first.structureHash)
    }

    /// Two texts, the second canonical, that mean the same.
    @Test(arguments: [
        ("@a=int(0xff)", "@a = int(255)"),
        ("@a = int(0o17)", "@a = int(15)"),
        ("@a = int(-0b1010_1010)", "@a = int(-170)"),
        ("@a = int(1_000)", "@a = int(1000)"),
        ("@a = int(-0)", "@a = int(0)"),
        ("@a = int(007)", "@a = int(7)"),
        ("@a = int(0x8000000000000000)", "@a = int(9223372036854775808)"),
        ("@a = int(-0x8000000000000000)", "@a = int(-9223372036854775808)"),
        ("@a = int(0xFFFF_FFFF_FFFF_FFFF_FFFF)", "@a = int(1208925819614629174706175)"),
        ("@a = int(000_0018446744073709551616)", "@a = int(18446744073709551616)"),
        ("@a = float(1_0.5e+3)", "@a = float(10.5e+3)"),
        ("@a = float(1)", "@a = float(1)"),
        ("@a = float(0x1p4)", "@a = float(0x1p4)"),
        ("@a = fntype([], @v, cc=Unspecified, varargs=0)", "@a = fntype([], @v)"),
        ("@a = fntype([@b,], @v, varargs=true, cc=C)", "@a = fntype([@b], @v, cc=C, varargs=1)"),
        ("@a = ptr_type(@T, const=1)", "@a = ptr_type(@T, mutable=0)"),
        ("@a = ptr_type(@T, const=false, size=One)", "@a = ptr_type(@T)"),
        ("@a = global(@T, 1, mutable=false)", "@a = global(@T, 1)"),
        ("@a = export(\"x\", \"y\", linkage=Strong)", "@a = export(\"x\", \"y\")"),
        ("@a = cmp_lt(@b, @c)", "@a = cmp(@b, lt, @c)"),
        ("@a = fn(@T, { %r = return() })", "@a = fn(@T, {\n  %r = returnvoid()\n})"),
        ("@a = fn(@T, { %b = block({ %c = breakvoid(\"b\") }) })", nested("breakvoid(%b)")),
        ("@a = fn(@T, { %b = block({ %c = break(\"b\", 1) }) })", nested("break(%b, 1)")),
        (
            "@a = asm(\"nop\", @T, args=[], clobbers=[], inputs=[], volatile=0)", "@a = asm(\"nop\", @T)"
        ),
        ("@a = asm(\"nop\", @T, clobbers=[\"rcx\"])", "@a = asm(\"nop\", @T, clobbers=[rcx])"),
        ("@a ; why\n=\t;(\r\nstr ( \"x\" ) ;)", "@a = str(\"x\")"),
        (
            "@a = str(\"\\x41\\u{e9}\\u{1F600}\\'\\\"\\\\\\t\\r\\n\\x00\\xff\")",
            "@a = str(\"Aé😀'\\\"\\\\\\t\\r\\n\\x00\\xFF\")"
        ),
        ("@a = str(\"\\xC3\\xA9\\xC3\")", "@a = str(\"é\\xC3\")"),
        ("@é@%: = str(\";@x = (\")", "@é@%: = str(\";@x = (\")"),
    ])
    func canonicalText(text: String, canonical: String) {
        let result = parse(text)
        #expect(result.diagnostics == [])
        #expect(printed(result) == canonical)
        #expect(outline(parse(canonical).syntax) == outline(result.syntax))
    }

    private static func nested(_ instruction: String) -> String {
        "@a = fn(@T, {\n  %b = block({\n    %c = \(instruction)\n  })\n})"
    }

    @Test func operandsStandInTheOrderOfTheTable() {
        let result = parse("@a = asm(\"nop\", @T, args=[1], output=\"=r\")")
        let kinds = (0..<7).map { result.syntax.operand($0, of: .root).kind }
        #expect(kinds == [.string, .decl, .absent, .string, .absent, .absent, .list])
    }

    @Test func instructionsAreNumberedInTheOrderOfTheText() {
        let result = parse("@f = fn(@T, { %a = block({ %b = int(1) }) %c = add(%a, 1) })")
        let names = result.syntax.insts.map { String(decoding: result.syntax.bytes($0.name), as: UTF8.self) }
        #expect(names == ["f", "a", "b", "c"])
        #expect(result.syntax.operand(0, of: InstIndex(3)).payload == 1)
        #expect(String(decoding: result.name, as: UTF8.self) == "f")
    }

    @Test func positionsAreRelativeToTheDeclaration() {
        let result = parse("@f = fn(@T,\n {\n   %a = add(1,\n  2) })")
        let add = result.syntax.insts[1]
        #expect(add.position == Position(line: 2, column: 8))
        #expect(result.syntax.operand(0, of: InstIndex(1)).position == Position(line: 2, column: 12))
        #expect(result.syntax.operand(1, of: InstIndex(1)).position == Position(line: 3, column: 2))
        #expect(result.syntax.insts[0].position == Position(line: 0, column: 5))
    }

    // MARK: What is too large to be packed

    @Test func instructionsFarDownAndLongNames() {
        let name = String(repeating: "n", count: 70_000)
        let lines = String(repeating: "\n", count: 70_000)
        let result = parse("@f = fn(@T, {\(lines)  %\(name) = add(1, 2)\n  %y = return(%\(name)) })")
        #expect(result.diagnostics == [])
        let (add, last) = (result.syntax.inst(InstIndex(1)), result.syntax.inst(InstIndex(2)))
        #expect(add.opcode == .add && add.position == Position(line: 70_000, column: 70_006))
        #expect(result.syntax.bytes(add.name).elementsEqual(name.utf8))
        #expect((0..<2).map { result.syntax.operand($0, of: add).payload } == [1, 2])
        #expect(result.syntax.operand(1, of: add).position == Position(line: 70_000, column: 70_013))
        #expect(last.position == Position(line: 70_001, column: 7))
        #expect(result.syntax.operand(0, of: last).payload == 1)
    }

    @Test func listsOfManyElementsInOneLine() {
        let count = 10_000
        let result = parse("@a = array_init(@T, [" + (0..<count).map { "\($0)," }.joined() + "])")
        #expect(result.diagnostics == [])
        let list = result.syntax.operand(1, of: .root)
        #expect(list.kind == .list && list.position == Position(line: 0, column: 20))
        let elements = result.syntax.elements(list.range)
        #expect(elements.map(\.payload) == (0..<UInt64(count)).map { $0 })
        var column = 21
        for (number, element) in elements.enumerated() {
            #expect(element.kind == .int && element.position == Position(line: 0, column: UInt32(column)))
            column += "\(number),".utf8.count
        }
    }

    @Test(arguments: [-1, 1 << 20 - 1, 1 << 20, 1 << 32 - 1, 1 << 32, .max, .min])
    func largeNumbers(number: Int64) {
        let result = parse("@a = array_init(@T, [\(number), 1])")
        let elements = result.syntax.elements(result.syntax.operand(1, of: .root).range)
        #expect(elements.map(\.kind) == [.int, .int])
        #expect(elements.map(\.payload) == [UInt64(bitPattern: number), 1])
        let columns = [21, 23 + UInt32("\(number)".utf8.count)]
        #expect(elements.map(\.position) == columns.map { Position(line: 0, column: $0) })
    }

    /// As no text has them, but as somebody may make them.
    @Test(arguments: [0, 127, 128, 254, 255, 256, 1 << 23, .max])
    func instructionsWithManyOperands(count: UInt32) {
        let inst = Inst(
            opcode: .add, position: .start, operands: SyntaxRange(first: 1, count: count),
            name: SyntaxRange(first: count, count: count))
        let kept = Syntax(insts: [inst, inst]).inst(InstIndex(1))
        #expect(kept.opcode == .add && kept.operands == inst.operands && kept.name == inst.name)
    }

    // MARK: Names

    /// Names may be used again only where that is another declaration.
    @Test func localsOfOneParserDoNotMeetThoseOfTheNextDeclaration() {
        var parser = Parser()
        for _ in 0..<3 {
            let text = Array("@f = fn(@T, { %a = int(1) %b = add(%a, %a) })".utf8)
            #expect(text.withUnsafeBytes { parser.parse($0) }.diagnostics == [])
            let other = Array("@g = fn(@T, { %c = add(%a, 1) })".utf8)
            #expect(other.withUnsafeBytes { parser.parse($0) }.diagnostics.count == 1)
        }
    }

    @Test func manyLocals() {
        let count = 5_000
        var text = "@f = fn(@T, {\n  %n0 = int(0)\n"
        for index in 1..<count { text += "  %n\(index) = add(%n\(index - 1), %n\(index / 2))\n" }
        let result = parse(text + "})")
        #expect(result.diagnostics == [])
        for index in 1..<count {
            let inst = InstIndex(UInt32(index + 1))
            #expect(result.syntax.operand(0, of: inst).payload == UInt64(index))
            #expect(result.syntax.operand(1, of: inst).payload == UInt64(index / 2 + 1))
        }
    }

    /// Names are compared by their first eight bytes and, if they have more, by the rest.
    @Test(arguments: [("abcdefgh", "abcdefghi"), ("abcdefghi", "abcdefghj"), ("a", "ab"), ("abcdefg", "abcdefgh")])
    func namesThatBeginAlike(first: String, second: String) {
        let text = "@f = fn(@T, { %\(first) = int(1) %\(second) = add(%\(first), 1) %x = add(%\(second), %\(first)) })"
        let result = parse(text)
        #expect(result.diagnostics == [])
        #expect((0..<2).map { result.syntax.operand($0, of: InstIndex(3)).payload } == [2, 1])
    }

    // MARK: The structure's hash

    @Test(arguments: [
        "@f=fn(@T,{%a=arg(\"x\")%b=add(%a,1)%c=return(%b)})",
        "@f = fn(@T, { ; a comment\n  %x = arg(\"x\")\n %y = add(%x, 0x1) %z = return(%y) })",
        "@g = fn(@T, {\n\n %1 = arg(\"\\x78\") %2 = add(%1, 1) %3 = return(%2) })",
    ])
    func structureHashForgetsSpaceCommentsAndLocalNames(text: String) {
        let reference = parse("@f = fn(@T, {\n  %a = arg(\"x\")\n  %b = add(%a, 1)\n  %c = return(%b)\n})")
        let result = parse(text)
        #expect(result.diagnostics == [])
        #expect(result.structureHash == reference.structureHash)
    }

    /// What may be written in two ways has one structure.
    @Test(arguments: [
        ("@a = ptr_type(@T, size=Many, mutable=0)", "@a = ptr_type(@T, const=1, size=Many)"),
        ("@a = ptr_type(@T)", "@a = ptr_type(@T, volatile=0, size=One)"),
        ("@a = cmp_lt(1, 2)", "@a = cmp(1, lt, 2)"),
        ("@a = fn(@T, { %r = return() })", "@a = fn(@T, { %r = returnvoid() })"),
        ("@a = fntype([@T], @T)", "@a = fntype([@T,], @T, cc=Unspecified)"),
        ("@a = as(@T, 16)", "@a = as( @T ,  0x10 )"),
    ])
    func structureHashForgetsTheWayOfWriting(one: String, other: String) {
        #expect(parse(one).isValid)
        #expect(parse(other).isValid)
        #expect(parse(one).structureHash == parse(other).structureHash)
    }

    @Test func structureHashTellsAllSamplesApart() {
        let hashes = Samples.all.map { parse($0.1).structureHash }
        let texts = Samples.all.map(\.1)
        #expect(Set(hashes).count == Set(texts).count)
    }

    @Test(arguments: [
        ("@a = array_init(@T, [1, 2])", "@a = array_init(@T, [2, 1])"),
        ("@a = as(@T, 1)", "@a = as(@T, 257)"),
        ("@a = as(@T, true)", "@a = as(@T, 31)"),
        ("@a = export(\"ab\", \"c\")", "@a = export(\"a\", \"bc\")"),
        ("@a = export(\"a\", \"c\")", "@a = export(\"a\", @c)"),
        ("@a = fn(@T, {%a = condbr(1, {}, {%b = int(1)})})", "@a = fn(@T, {%a = condbr(1, {%b = int(1)}, {})})"),
        ("@a = fn(@T, { %a = int(1) %b = ref(%a) })", "@a = fn(@T, { %a = int(1) %b = ref(1) })"),
        ("@a = fn(@T, { %a = loop({ %b = int(1) }) })", "@a = fn(@T, { %a = loop({}) %b = int(1) })"),
        ("@a = cmp_lt(1, 2)", "@a = cmp_gt(1, 2)"),
        ("@a = ptr_type(@T, align=1)", "@a = ptr_type(@T, sentinel=1)"),
        (
            "@a = fn(@T, {%a = switchbr(1, [2], {}, {%b = int(1)})})",
            "@a = fn(@T, {%a = switchbr(1, [2], {%b = int(1)}, {})})"
        ),
    ])
    func structureHashSeesWhatMatters(one: String, other: String) {
        #expect(parse(one).isValid)
        #expect(parse(other).isValid)
        #expect(parse(one).structureHash != parse(other).structureHash)
    }

    @Test func brokenDeclarationsAreToldApart() {
        #expect(parse("@a = foo(1)").structureHash != parse("@a = foo(2)").structureHash)
        #expect(String(decoding: parse("@a = foo(1)").name, as: UTF8.self) == "a")
    }

    // MARK: Limits

    @Test(arguments: [255, 256, 257, 100_000])
    func nesting(depth: Int) {
        var text = "@f = fn(@T, {"
        for index in 1..<depth { text += " %b\(index) = loop({" }
        text += String(repeating: "})", count: depth)
        let message = depth <= 256 ? "" : "bodies are nested more than 256 deep"
        #expect(parse(text).diagnostics.map(\.message) == (message.isEmpty ? [] : [message]))
    }

    @Test func deepLists() {
        let text = "@f = array_init(@T, " + String(repeating: "[", count: 100_000)
        #expect(error(text) == "0:21: expected 'values' operand to be a value, found list")
    }

    @Test(arguments: [
        ("0x" + String(repeating: "F", count: 16_384), true),
        ("-0x" + String(repeating: "F", count: 16_384), true),
        ("0x1" + String(repeating: "0", count: 16_384), false),
        ("0x00" + String(repeating: "F", count: 16_384), true),
        ("0b" + String(repeating: "1", count: 65_536), true),
        ("0b" + String(repeating: "1", count: 65_537), false),
        ("0o" + String(repeating: "7", count: 21_845), true),
        ("0o1" + String(repeating: "7", count: 21_845), true),
        ("0o2" + String(repeating: "7", count: 21_845), false),
        (String(repeating: "9", count: 19_728), true),
        (String(repeating: "9", count: 19_729), false),
        ("2003" + String(repeating: "9", count: 19_725), false),
        ("2002" + String(repeating: "9", count: 19_725), true),
        (String(repeating: "9", count: 5_000_000), false),
        ("0x" + String(repeating: "f", count: 5_000_000), false),
        (String(repeating: "0", count: 100_000) + "1", true),
    ])
    func integerLimit(number: String, isWithin: Bool) {
        let expected = isWithin ? "" : "0:9: integer has more than 65536 bits"
        #expect(error("@a = int(\(number))") == expected)
    }

    @Test func largestIntegerInDecimal() {
        let result = parse("@a = int(0x\(String(repeating: "F", count: 16_384)))")
        let digits = result.syntax.bytes(result.syntax.operand(0, of: .root).range)
        #expect(digits.count == 19_729)
        #expect(digits.starts(with: "200352993040684646497907235156025575".utf8))
        #expect(digits.suffix(9).elementsEqual("719156735".utf8))
        #expect(parse(printed(result)).diagnostics == [])
        // One more is over the limit, in decimal too.
        let last = digits.last.map { $0 + 1 } ?? 0
        let more = String(decoding: digits.dropLast() + [last], as: UTF8.self)
        #expect(error("@a = int(\(more))") == "0:9: integer has more than 65536 bits")
    }
}
