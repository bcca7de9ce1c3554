// The mnemonics as text, and the way back from a word to its opcode.
extension Opcode {
    /// The mnemonic in the text.
    public var spelling: String { String(decoding: OpcodeTable.shared.spelling(of: self), as: UTF8.self) }

    /// All mnemonics in the order of the cases. Written out because the names by reflection would take longer, at
    /// every start of a process, than parsing a hundred declarations.
    static let spellings: StaticString = """
        int str primitive as intcast truncate booltoint bitcast ptrtoint inttoptr typeof \
        array_init array_cat array_mul ref fntype inttype array_type array_type_sentinel \
        single_const_ptr_type single_mut_ptr_type many_const_ptr_type many_mut_ptr_type \
        const_slice_type mut_slice_type ret_type param_type declval declref \
        float floatcast inttofloat floattoint c_const_ptr_type c_mut_ptr_type ptr_type optional_type \
        struct_type struct_init error_set error_union_type error_value merge_error_sets enum_literal \
        fn global export import extern \
        arg call return returnvoid unreachable unreach_nocheck breakpoint condbr block break breakvoid \
        loop compileerror asm dbg_stmt switchbr set_eval_branch_quota \
        add sub mul addwrap subwrap mulwrap div rem mod mod_rem bitand bitor xor bitnot \
        boolnot booland boolor shl shr negate negatewrap cmp \
        alloc store deref elemptr slice fieldptr fieldval elemval memcpy memset alloc_inferred \
        ret_ptr coerce_to_ptr_elem atomic_load atomic_store atomic_rmw cmpxchg fence \
        isnull isnonnull unwrap_optional_safe unwrap_optional_unsafe iserr unwrap_err_safe unwrap_err_unsafe \
        unwrap_err_code ensure_result_used ensure_result_non_error ensure_err_payload_void
        """

    /// The shorthands of `cmp` in the order of `CompareOperator`.
    static let compareShorthands: StaticString = "cmp_lt cmp_lte cmp_eq cmp_gte cmp_gt cmp_neq"
}
