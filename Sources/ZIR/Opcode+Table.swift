// The table of instructions: their mnemonics, and which operands each takes, in the order of the language's reference,
// positional ones first. `Syntax` holds the operands of an instruction in just this order.

/// What the table says of one instruction.
struct OpcodeRow: Sendable {
    /// The most operands that an instruction has.
    static let operandLimit = 7

    /// The mnemonic in the text.
    let mnemonic: StaticString
    /// The operands, positional ones first, then every keyword; behind them `.none`.
    let operands: InlineArray<7, OperandSpec>

    init(
        _ mnemonic: StaticString, _ a: OperandSpec = .none, _ b: OperandSpec = .none, _ c: OperandSpec = .none,
        _ d: OperandSpec = .none, _ e: OperandSpec = .none, _ f: OperandSpec = .none, _ g: OperandSpec = .none
    ) {
        self.mnemonic = mnemonic
        operands = [a, b, c, d, e, f, g]
    }
}

extension Opcode {
    /// The operands, positional ones first, then every keyword.
    public var operands: [OperandSpec] {
        (0..<OpcodeTable.shared.entry(self).operandCount).map { operand(Int($0)) }
    }

    /// The mnemonic in the text.
    public var spelling: String { "\(mnemonic)" }

    /// The mnemonic in the text.
    var mnemonic: StaticString { Self.table[Int(rawValue)].mnemonic }

    /// What the table says of operand `place`.
    func operand(_ place: Int) -> OperandSpec { Self.table[Int(rawValue)].operands[place] }

    /// May stand as a declaration only.
    public var isDeclarationOnly: Bool {
        switch self {
        case .fn, .global, .export, .import, .extern: true
        default: false
        }
    }

    /// The shorthands of `cmp` in the order of `CompareOperator`.
    static let compareShorthands: InlineArray<6, StaticString> = [
        "cmp_lt", "cmp_lte", "cmp_eq", "cmp_gte", "cmp_gt", "cmp_neq",
    ]

    /// The rows of all instructions in the order of the cases. Of constants and in one piece, so that the compiler lays it
    /// out and no process has to.
    static let table: InlineArray<117, OpcodeRow> = [
        // Constants, types, casts
        .init("int", OperandSpec("n", .integer)),
        .init("str", OperandSpec("string", .literalString)),
        .init("primitive", .tag("tag", .primitive)),
        .init("as", .type("T"), .value("v")),
        .init("intcast", .type("T"), .value("v")),
        .init("truncate", .type("T"), .value("v")),
        .init("booltoint", .value("v")),
        .init("bitcast", .type("T"), .value("v")),
        .init("ptrtoint", .value("p")),
        .init("inttoptr", .type("T"), .value("v")),
        .init("typeof", .value("v")),
        .init("array_init", .type("T"), .list("values", of: .value)),
        .init("array_cat", .value("a"), .value("b")),
        .init("array_mul", .value("a"), .value("n")),
        .init("ref", .value("v")),
        .init(
            "fntype", .list("params", of: .type), .type("R"),
            .option("cc", .callingConvention, default: CallingConvention.Unspecified),
            .flag("varargs", default: false)),
        .init("inttype", OperandSpec("signed", .value), .value("bits")),
        .init("array_type", .value("len"), .type("T")),
        .init("array_type_sentinel", .value("len"), .value("s"), .type("T")),
        .init("single_const_ptr_type", .type("T")),
        .init("single_mut_ptr_type", .type("T")),
        .init("many_const_ptr_type", .type("T")),
        .init("many_mut_ptr_type", .type("T")),
        .init("const_slice_type", .type("T")),
        .init("mut_slice_type", .type("T")),
        .init("ret_type"),
        .init("param_type", .value("f"), .value("i")),
        .init("declval", OperandSpec("name", .literalString)),
        .init("declref", OperandSpec("name", .literalString)),
        .init("float", OperandSpec("x", .float)),
        .init("floatcast", .type("T"), .value("v")),
        .init("inttofloat", .type("T"), .value("v")),
        .init("floattoint", .type("T"), .value("v")),
        .init("c_const_ptr_type", .type("T")),
        .init("c_mut_ptr_type", .type("T")),
        .init(
            "ptr_type", .type("T"), .option("size", .pointerSize, default: PointerSize.One),
            .flag("mutable", default: true), .key("align", .value), .flag("volatile", default: false),
            .flag("allowzero", default: false), .key("sentinel", .value)),
        .init("optional_type", .type("T")),
        .init(
            "struct_type", .list("names", of: .string), .list("types", of: .type),
            .option("layout", .structLayout, default: StructLayout.auto)),
        .init("struct_init", .type("T"), .list("values", of: .value)),
        .init("error_set", .list("names", of: .string)),
        .init("error_union_type", .type("E"), .type("T")),
        .init("error_value", .string("name")),
        .init("merge_error_sets", .type("E"), .type("F")),
        .init("enum_literal", .string("name")),
        // Declarations
        .init("fn", .type("T"), .body("body"), .key("section", .string)),
        .init(
            "global", .type("T"), .value("init"), .flag("mutable", default: false), .key("align", .value),
            .key("section", .string)),
        .init(
            "export", .string("symbol"), OperandSpec("decl", .declaration),
            .option("linkage", .linkage, default: Linkage.Strong)),
        .init("import", OperandSpec("path", .literalString)),
        .init("extern", .string("symbol"), .type("T"), .key("lib", .string)),
        // Functions and control flow
        .init("arg", .string("name")),
        .init(
            "call", .value("f"), .list("args", of: .value),
            .option("modifier", .callModifier, default: CallModifier.auto)),
        .init("return", .value("v")),
        .init("returnvoid"),
        .init("unreachable"),
        .init("unreach_nocheck"),
        .init("breakpoint"),
        .init("condbr", .value("c"), .body("then"), .body("else")),
        .init("block", .body("body")),
        .init("break", OperandSpec("block", .blockTarget), .value("v")),
        .init("breakvoid", OperandSpec("block", .blockTarget)),
        .init("loop", .body("body")),
        .init("compileerror", .string("text")),
        .init(
            "asm", .string("source"), .type("T"), .flag("volatile", default: false), .key("output", .string),
            .key("inputs", .list(.string)), .key("clobbers", .list(.word)), .key("args", .list(.value))),
        .init("dbg_stmt"),
        .init("switchbr", .value("v"), .list("cases", of: .value), OperandSpec("body", .bodies), .body("else")),
        .init("set_eval_branch_quota", .value("n")),
        // Arithmetic
        .init("add", .value("a"), .value("b")),
        .init("sub", .value("a"), .value("b")),
        .init("mul", .value("a"), .value("b")),
        .init("addwrap", .value("a"), .value("b")),
        .init("subwrap", .value("a"), .value("b")),
        .init("mulwrap", .value("a"), .value("b")),
        .init("div", .value("a"), .value("b")),
        .init("rem", .value("a"), .value("b")),
        .init("mod", .value("a"), .value("b")),
        .init("mod_rem", .value("a"), .value("b")),
        .init("bitand", .value("a"), .value("b")),
        .init("bitor", .value("a"), .value("b")),
        .init("xor", .value("a"), .value("b")),
        .init("bitnot", .value("v")),
        .init("boolnot", .value("v")),
        .init("booland", .value("a"), .value("b")),
        .init("boolor", .value("a"), .value("b")),
        .init("shl", .value("a"), .value("b")),
        .init("shr", .value("a"), .value("b")),
        .init("negate", .value("v")),
        .init("negatewrap", .value("v")),
        .init("cmp", .value("a"), .tag("op", .compareOperator), .value("b")),
        // Memory
        .init("alloc", .type("T")),
        .init("store", .value("p"), .value("v")),
        .init("deref", .value("p")),
        .init("elemptr", .value("p"), .value("i")),
        .init("slice", .value("p"), .value("start"), .key("end", .value)),
        .init("fieldptr", .value("p"), .string("f")),
        .init("fieldval", .value("v"), .string("f")),
        .init("elemval", .value("v"), .value("i")),
        .init("memcpy", .value("dest"), .value("source"), .value("count")),
        .init("memset", .value("dest"), .value("v"), .value("count")),
        .init("alloc_inferred"),
        .init("ret_ptr"),
        .init("coerce_to_ptr_elem", .value("p"), .value("v")),
        .init("atomic_load", .value("p"), .option("ordering", .atomicOrder, default: AtomicOrder.SeqCst)),
        .init("atomic_store", .value("p"), .value("v"), .option("ordering", .atomicOrder, default: AtomicOrder.SeqCst)),
        .init(
            "atomic_rmw", .value("p"), .tag("op", .atomicOperation), .value("v"),
            .option("ordering", .atomicOrder, default: AtomicOrder.SeqCst)),
        .init(
            "cmpxchg", .value("p"), .value("expected"), .value("new"),
            .option("success_order", .atomicOrder, default: AtomicOrder.SeqCst),
            .option("fail_order", .atomicOrder, default: AtomicOrder.SeqCst)),
        .init("fence", .tag("ordering", .atomicOrder)),
        // Optionals and errors
        .init("isnull", .value("v")),
        .init("isnonnull", .value("v")),
        .init("unwrap_optional_safe", .value("v")),
        .init("unwrap_optional_unsafe", .value("v")),
        .init("iserr", .value("v")),
        .init("unwrap_err_safe", .value("v")),
        .init("unwrap_err_unsafe", .value("v")),
        .init("unwrap_err_code", .value("v")),
        .init("ensure_result_used", .value("v")),
        .init("ensure_result_non_error", .value("v")),
        .init("ensure_err_payload_void", .value("v")),
    ]
}
