// The table of instructions: which operands each takes, in the order of the language's reference, positional ones first.
// `Syntax` holds the operands of an instruction in just this order.
extension Opcode {
    /// The operands, positional ones first, then every keyword.
    public var operands: [OperandSpec] {
        switch self {
        case .int, .str, .primitive, .as, .intcast, .truncate, .booltoint, .bitcast, .ptrtoint, .inttoptr, .typeof,
            .array_init, .array_cat, .array_mul, .ref, .declval, .declref, .float, .floatcast, .inttofloat, .floattoint,
            .struct_init, .error_value, .enum_literal:
            constantOperands
        case .fntype, .inttype, .array_type, .array_type_sentinel, .single_const_ptr_type, .single_mut_ptr_type,
            .many_const_ptr_type, .many_mut_ptr_type, .const_slice_type, .mut_slice_type, .ret_type, .param_type,
            .c_const_ptr_type, .c_mut_ptr_type, .ptr_type, .optional_type, .struct_type, .error_set,
            .error_union_type, .merge_error_sets:
            typeOperands
        case .fn, .global, .export, .import, .extern:
            declarationOperands
        case .arg, .call, .return, .returnvoid, .unreachable, .unreach_nocheck, .breakpoint, .condbr, .block, .break,
            .breakvoid, .loop, .compileerror, .asm, .dbg_stmt, .switchbr, .set_eval_branch_quota:
            controlOperands
        case .add, .sub, .mul, .addwrap, .subwrap, .mulwrap, .div, .rem, .mod, .mod_rem, .bitand, .bitor, .xor,
            .bitnot, .boolnot, .booland, .boolor, .shl, .shr, .negate, .negatewrap, .cmp:
            arithmeticOperands
        case .alloc, .store, .deref, .elemptr, .slice, .fieldptr, .fieldval, .elemval, .memcpy, .memset,
            .alloc_inferred, .ret_ptr, .coerce_to_ptr_elem, .atomic_load, .atomic_store, .atomic_rmw, .cmpxchg, .fence:
            memoryOperands
        case .isnull, .isnonnull, .unwrap_optional_safe, .unwrap_optional_unsafe, .iserr, .unwrap_err_safe,
            .unwrap_err_unsafe, .unwrap_err_code, .ensure_result_used, .ensure_result_non_error,
            .ensure_err_payload_void:
            [.value("v")]
        }
    }

    /// May stand as a declaration only.
    public var isDeclarationOnly: Bool {
        switch self {
        case .fn, .global, .export, .import, .extern: true
        default: false
        }
    }

    private var constantOperands: [OperandSpec] {
        switch self {
        case .int: [OperandSpec("n", .integer)]
        case .str: [OperandSpec("string", .literalString)]
        case .primitive: [.tag("tag", .primitive)]
        case .as, .intcast, .truncate, .bitcast, .inttoptr, .floatcast, .inttofloat, .floattoint:
            [.type("T"), .value("v")]
        case .ptrtoint: [.value("p")]
        case .array_init, .struct_init: [.type("T"), .list("values", of: .value)]
        case .array_cat: [.value("a"), .value("b")]
        case .array_mul: [.value("a"), .value("n")]
        case .declval, .declref: [OperandSpec("name", .literalString)]
        case .error_value, .enum_literal: [.string("name")]
        case .float: [OperandSpec("x", .float)]
        default: [.value("v")]
        }
    }

    private var typeOperands: [OperandSpec] {
        switch self {
        case .fntype:
            [
                .list("params", of: .type), .type("R"),
                .key("cc", .callingConvention, default: CallingConvention.Unspecified),
                .flag("varargs", default: false),
            ]
        case .inttype: [OperandSpec("signed", .value), .value("bits")]
        case .array_type: [.value("len"), .type("T")]
        case .array_type_sentinel: [.value("len"), .value("s"), .type("T")]
        case .ret_type: []
        case .param_type: [.value("f"), .value("i")]
        case .ptr_type:
            [
                .type("T"), .key("size", .pointerSize, default: PointerSize.One), .flag("mutable", default: true),
                .key("align", .value), .flag("volatile", default: false), .flag("allowzero", default: false),
                .key("sentinel", .value),
            ]
        case .struct_type:
            [
                .list("names", of: .string), .list("types", of: .type),
                .key("layout", .structLayout, default: StructLayout.auto),
            ]
        case .error_set: [.list("names", of: .string)]
        case .error_union_type: [.type("E"), .type("T")]
        case .merge_error_sets: [.type("E"), .type("F")]
        default: [.type("T")]
        }
    }

    private var declarationOperands: [OperandSpec] {
        switch self {
        case .fn: [.type("T"), .body("body"), .key("section", .string)]
        case .global:
            [
                .type("T"), .value("init"), .flag("mutable", default: false), .key("align", .value),
                .key("section", .string),
            ]
        case .export:
            [
                .string("symbol"), OperandSpec("decl", .declaration),
                .key("linkage", .linkage, default: Linkage.Strong),
            ]
        case .extern: [.string("symbol"), .type("T"), .key("lib", .string)]
        default: [OperandSpec("path", .literalString)]
        }
    }

    private var controlOperands: [OperandSpec] {
        switch self {
        case .arg: [.string("name")]
        case .call:
            [
                .value("f"), .list("args", of: .value),
                .key("modifier", .callModifier, default: CallModifier.auto),
            ]
        case .return: [.value("v")]
        case .condbr: [.value("c"), .body("then"), .body("else")]
        case .block, .loop: [.body("body")]
        case .break: [OperandSpec("block", .blockTarget), .value("v")]
        case .breakvoid: [OperandSpec("block", .blockTarget)]
        case .compileerror: [.string("text")]
        case .asm:
            [
                .string("source"), .type("T"), .flag("volatile", default: false), .key("output", .string),
                .key("inputs", .list(.string)), .key("clobbers", .list(.word)), .key("args", .list(.value)),
            ]
        case .switchbr:
            [.value("v"), .list("cases", of: .value), OperandSpec("body", .bodies), .body("else")]
        case .set_eval_branch_quota: [.value("n")]
        default: []
        }
    }

    private var arithmeticOperands: [OperandSpec] {
        switch self {
        case .bitnot, .boolnot, .negate, .negatewrap: [.value("v")]
        case .cmp: [.value("a"), .tag("op", .compareOperator), .value("b")]
        default: [.value("a"), .value("b")]
        }
    }

    private var memoryOperands: [OperandSpec] {
        let ordering = OperandSpec.key("ordering", .atomicOrder, default: AtomicOrder.SeqCst)
        return switch self {
        case .alloc: [.type("T")]
        case .store, .coerce_to_ptr_elem: [.value("p"), .value("v")]
        case .deref: [.value("p")]
        case .elemptr: [.value("p"), .value("i")]
        case .elemval: [.value("v"), .value("i")]
        case .slice: [.value("p"), .value("start"), .key("end", .value)]
        case .fieldptr: [.value("p"), .string("f")]
        case .fieldval: [.value("v"), .string("f")]
        case .memcpy: [.value("dest"), .value("source"), .value("count")]
        case .memset: [.value("dest"), .value("v"), .value("count")]
        case .atomic_load: [.value("p"), ordering]
        case .atomic_store: [.value("p"), .value("v"), ordering]
        case .atomic_rmw: [.value("p"), .tag("op", .atomicOperation), .value("v"), ordering]
        case .cmpxchg:
            [
                .value("p"), .value("expected"), .value("new"),
                .key("success_order", .atomicOrder, default: AtomicOrder.SeqCst),
                .key("fail_order", .atomicOrder, default: AtomicOrder.SeqCst),
            ]
        case .fence: [.tag("ordering", .atomicOrder)]
        default: []
        }
    }
}
