import ZIR

/// Texts that are valid, at least one for every opcode, each in its canonical form.
enum Samples {
    /// Instructions that may stand in a body, with the opcode that the text makes. `%a`, `%b` and `%c` are visible.
    static let instructions: [(Opcode, String)] =
        constants + types + control + arithmetic + memory + optionals

    static let constants: [(Opcode, String)] = [
        (.int, "int(42)"), (.int, "int(-9223372036854775808)"), (.int, "int(18446744073709551616)"),
        (.int, "int(-18446744073709551617)"),
        (.str, "str(\"Hello, world!\\n\")"), (.primitive, "primitive(noreturn)"), (.primitive, "primitive(true)"),
        (.as, "as(@T, %a)"), (.as, "as(@T, true)"), (.as, "as(@T, undefined)"), (.as, "as(@module.T, -1)"),
        (.intcast, "intcast(@T, %a)"), (.truncate, "truncate(@T, %a)"), (.booltoint, "booltoint(%a)"),
        (.bitcast, "bitcast(@T, %a)"), (.ptrtoint, "ptrtoint(@msg)"), (.inttoptr, "inttoptr(@T, 16)"),
        (.typeof, "typeof(%a)"), (.array_init, "array_init(@T, [1, %a, null])"), (.array_cat, "array_cat(%a, %b)"),
        (.array_mul, "array_mul(%a, 3)"), (.ref, "ref(%a)"), (.declval, "declval(\"a.b\")"),
        (.declref, "declref(\"a\")"),
        (.float, "float(1.5)"), (.float, "float(-0x1.8p-3)"), (.float, "float(inf)"),
        (.floatcast, "floatcast(@T, %a)"), (.inttofloat, "inttofloat(@T, %a)"), (.floattoint, "floattoint(@T, %a)"),
        (.struct_init, "struct_init(@T, [%a, 1])"), (.error_value, "error_value(\"A\")"),
        (.enum_literal, "enum_literal(\"a\")"),
    ]

    static let types: [(Opcode, String)] = [
        (.fntype, "fntype([], @noreturn, cc=Naked)"), (.fntype, "fntype([@u8, %a], @void, varargs=1)"),
        (.inttype, "inttype(true, 7)"), (.array_type, "array_type(4, @u8)"),
        (.array_type_sentinel, "array_type_sentinel(4, 0, @u8)"),
        (.single_const_ptr_type, "single_const_ptr_type(@u8)"), (.single_mut_ptr_type, "single_mut_ptr_type(@u8)"),
        (.many_const_ptr_type, "many_const_ptr_type(@u8)"), (.many_mut_ptr_type, "many_mut_ptr_type(@u8)"),
        (.const_slice_type, "const_slice_type(@u8)"), (.mut_slice_type, "mut_slice_type(@u8)"),
        (.ret_type, "ret_type()"), (.param_type, "param_type(@f, 0)"),
        (.c_const_ptr_type, "c_const_ptr_type(@u8)"), (.c_mut_ptr_type, "c_mut_ptr_type(@u8)"),
        (.ptr_type, "ptr_type(@u8)"),
        (.ptr_type, "ptr_type(@u8, size=Many, mutable=0, align=16, volatile=1, allowzero=1, sentinel=0)"),
        (.optional_type, "optional_type(@u8)"), (.struct_type, "struct_type([\"a\", \"b\"], [@u8, @T])"),
        (.struct_type, "struct_type([], [], layout=packed)"), (.error_set, "error_set([\"A\", \"B\"])"),
        (.error_union_type, "error_union_type(@E, @u8)"), (.merge_error_sets, "merge_error_sets(@E, @F)"),
    ]

    static let control: [(Opcode, String)] = [
        (.arg, "arg(\"x\")"), (.arg, "arg(@name)"), (.call, "call(@f, [])"),
        (.call, "call(%a, [1, %b], modifier=never_inline)"), (.return, "return(%a)"), (.returnvoid, "returnvoid()"),
        (.unreachable, "unreachable()"), (.unreach_nocheck, "unreach_nocheck()"), (.breakpoint, "breakpoint()"),
        (.condbr, "condbr(%a, {}, {})"),
        (.condbr, "condbr(%a, {\n    %t = int(1)\n  }, {\n    %u = int(2)\n    %v = add(%u, 1)\n  })"),
        (.block, "block({\n    %t = break(%x, %a)\n  })"), (.breakvoid, "block({\n    %t = breakvoid(%x)\n  })"),
        (.break, "block({\n    %y = block({\n      %t = break(%x, 1)\n    })\n  })"),
        (.loop, "loop({\n    %t = dbg_stmt()\n  })"), (.compileerror, "compileerror(\"no\")"),
        (.asm, "asm(\"syscall\", @usize)"),
        (
            .asm,
            "asm(@source, @usize, volatile=1, output=\"={rax}\", inputs=[\"{rax}\", @rdi], "
                + "clobbers=[rcx, memory, \"not a word\", @word], args=[%a, 231])"
        ),
        (.dbg_stmt, "dbg_stmt()"), (.switchbr, "switchbr(%a, [], {})"),
        (.switchbr, "switchbr(%a, [1, 2], {\n    %t = int(1)\n  }, {}, {})"),
        (.set_eval_branch_quota, "set_eval_branch_quota(1000)"),
    ]

    static let arithmetic: [(Opcode, String)] =
        [
            .add, .sub, .mul, .addwrap, .subwrap, .mulwrap, .div, .rem, .mod, .mod_rem, .bitand, .bitor, .xor,
            .booland, .boolor, .shl, .shr,
        ].map { ($0, "\($0)(%a, %b)") }
        + [.bitnot, .boolnot, .negate, .negatewrap].map { ($0, "\($0)(%a)") }
        + CompareOperator.allCases.map { (.cmp, "cmp(%a, \($0), %b)") }

    static let memory: [(Opcode, String)] = [
        (.alloc, "alloc(@T)"), (.store, "store(%a, %b)"), (.deref, "deref(%a)"), (.elemptr, "elemptr(%a, %b)"),
        (.slice, "slice(%a, 0)"), (.slice, "slice(%a, 0, end=%b)"), (.fieldptr, "fieldptr(%a, \"len\")"),
        (.fieldptr, "fieldptr(%a, %b)"), (.fieldval, "fieldval(%a, \"ptr\")"), (.elemval, "elemval(%a, 1)"),
        (.memcpy, "memcpy(%a, %b, 4)"), (.memset, "memset(%a, 0, 4)"), (.alloc_inferred, "alloc_inferred()"),
        (.ret_ptr, "ret_ptr()"), (.coerce_to_ptr_elem, "coerce_to_ptr_elem(%a, %b)"),
        (.atomic_load, "atomic_load(%a)"), (.atomic_store, "atomic_store(%a, %b, ordering=Release)"),
        (.atomic_rmw, "atomic_rmw(%a, Xchg, %b, ordering=AcqRel)"),
        (.cmpxchg, "cmpxchg(%a, %b, %c, success_order=Acquire, fail_order=Monotonic)"), (.fence, "fence(SeqCst)"),
    ]

    static let optionals: [(Opcode, String)] = [
        .isnull, .isnonnull, .unwrap_optional_safe, .unwrap_optional_unsafe, .iserr, .unwrap_err_safe,
        .unwrap_err_unsafe, .unwrap_err_code, .ensure_result_used, .ensure_result_non_error,
        .ensure_err_payload_void,
    ].map { ($0, "\($0)(%a)") }

    /// Instructions that stand as declarations only.
    static let declarations: [(Opcode, String)] = [
        (.fn, "fn(@T, {})"), (.fn, "fn(@T, {\n  %a = int(1)\n}, section=\".boot\")"),
        (.global, "global(@T, 0)"), (.global, "global(@T, undefined, mutable=1, align=16, section=@name)"),
        (.export, "export(\"_start\", \"start\")"), (.export, "export(@symbol, @start, linkage=Weak)"),
        (.import, "import(\"sub/x.zir\")"), (.extern, "extern(\"puts\", @T)"),
        (.extern, "extern(\"puts\", @T, lib=\"c\")"),
    ]

    /// The declaration of a function whose body holds `instruction` as `%x`, behind `%a`, `%b` and `%c`.
    static func function(_ instruction: String) -> String {
        "@f = fn(@T, {\n  %a = int(1)\n  %b = int(2)\n  %c = int(3)\n  %x = \(instruction)\n})"
    }

    /// Every sample as a whole declaration in canonical form, with the opcode that it is a sample of.
    static let all: [(Opcode, String)] =
        instructions.map { ($0, function($1)) } + declarations.map { ($0, "@d = \($1)") }
}

/// The parsed form without positions, in a form that tests compare and print.
func outline(_ syntax: Syntax) -> [String] {
    syntax.insts.map { inst in
        let name = String(decoding: syntax.bytes(inst.name), as: UTF8.self)
        return "\(name) = \(inst.opcode)\(syntax.elements(inst.operands).map { outline($0, of: syntax) })"
    }
}

private func outline(_ operand: Operand, of syntax: Syntax) -> String {
    switch operand.kind {
    case .absent: "-"
    case .decl: "@\(String(decoding: syntax.bytes(operand.range), as: UTF8.self))"
    case .local: "%\(operand.payload)"
    case .int: "\(Int64(bitPattern: operand.payload))"
    case .bigInt, .float: "big \(String(decoding: syntax.bytes(operand.range), as: UTF8.self))"
    case .string: "string \(Array(syntax.bytes(operand.range)))"
    case .tag: "tag \(operand.payload)"
    case .list: "list \(syntax.elements(operand.range).map { outline($0, of: syntax) })"
    case .body: "body \(syntax.body(operand.range).map(\.rawValue))"
    }
}

/// Parses `text` as a declaration.
func parse(_ text: String) -> ParseResult { Parser.parse(Array(text.utf8)) }

/// The one error of `text`, as `line:column: message`, zero-based; empty if there is none.
func error(_ text: String) -> String {
    parse(text).diagnostics.map { "\($0.position.line):\($0.position.column): \($0.message)" }.joined(separator: "\n")
}

/// The canonical text of a valid declaration.
func printed(_ result: ParseResult) -> String {
    String(decoding: Printer.print(name: result.name, result.syntax), as: UTF8.self)
}
