/// The mnemonics of the language, in the order of its reference. What operands each takes stands in `Opcode+Table.swift`.
///
/// Two spellings of one thing have one case: `cmp_lt(a, b)` is `cmp(a, lt, b)`, and `return()` is `returnvoid()`.
public enum Opcode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    // Constants, types, casts
    case int, str, primitive, `as`, intcast, truncate, booltoint, bitcast, ptrtoint, inttoptr, typeof
    case array_init, array_cat, array_mul, ref, fntype, inttype, array_type, array_type_sentinel
    case single_const_ptr_type, single_mut_ptr_type, many_const_ptr_type, many_mut_ptr_type
    case const_slice_type, mut_slice_type, ret_type, param_type, declval, declref
    case float, floatcast, inttofloat, floattoint, c_const_ptr_type, c_mut_ptr_type, ptr_type, optional_type
    case struct_type, struct_init, error_set, error_union_type, error_value, merge_error_sets, enum_literal
    // Declarations
    case fn, global, export, `import`, extern
    // Functions and control flow
    case arg, call, `return`, returnvoid, unreachable, unreach_nocheck, breakpoint, condbr, block, `break`, breakvoid
    case loop, compileerror, asm, dbg_stmt, switchbr, set_eval_branch_quota
    // Arithmetic
    case add, sub, mul, addwrap, subwrap, mulwrap, div, rem, mod, mod_rem, bitand, bitor, xor, bitnot
    case boolnot, booland, boolor, shl, shr, negate, negatewrap, cmp
    // Memory
    case alloc, store, deref, elemptr, slice, fieldptr, fieldval, elemval, memcpy, memset, alloc_inferred
    case ret_ptr, coerce_to_ptr_elem, atomic_load, atomic_store, atomic_rmw, cmpxchg, fence
    // Optionals and errors
    case isnull, isnonnull, unwrap_optional_safe, unwrap_optional_unsafe, iserr, unwrap_err_safe, unwrap_err_unsafe
    case unwrap_err_code, ensure_result_used, ensure_result_non_error, ensure_err_payload_void
}
