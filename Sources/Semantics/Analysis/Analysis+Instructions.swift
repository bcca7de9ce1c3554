import ZIR

// The table of instructions: which part of the analysis each belongs to.
extension Analysis {
    /// Analyses the declaration's own instruction, which is its value.
    func analyzeRoot() throws(AnalysisStop) -> TypedValue {
        _ = try analyze(.root)
        return results[0]
    }

    /// Analyses one instruction, keeps its value, and says where to go on. It is a part of the loop over a body: a call for
    /// each instruction would be a thirtieth of the analysis.
    @inline(__always)
    func analyze(_ index: InstIndex) throws(AnalysisStop) -> Flow {
        setCurrent(syntax.inst(index), index)
        if let flow = try analyzeControl() {
            results[Int(index.rawValue)] = .void
            return flow
        }
        let value = try evaluate()
        results[Int(index.rawValue)] = value
        return value.type == .noreturn ? .neverEnds : .next
    }

    /// The instructions that decide where to go on; nil for any other.
    @inline(__always)
    private func analyzeControl() throws(AnalysisStop) -> Flow? {
        switch current.opcode {
        case .return: try analyzeReturn()
        case .returnvoid: try analyzeReturnVoid()
        case .unreachable: try analyzeUnreachable()
        case .unreach_nocheck: try analyzeUnreachable(isChecked: false)
        case .condbr: try analyzeCondbr()
        case .block: try analyzeBlock()
        case .loop: try analyzeLoop()
        case .break: try analyzeBreak(isVoid: false)
        case .breakvoid: try analyzeBreak(isVoid: true)
        case .compileerror: throw failure(text(try string(0)))
        default: nil
        }
    }

    /// The value of the instruction at work.
    @inline(__always)
    private func evaluate() throws(AnalysisStop) -> TypedValue {
        switch current.opcode {
        case .int: try value(0)
        case .str: try analyzeStr()
        case .primitive: try analyzePrimitive()
        case .fntype: try analyzeFunctionType()
        case .declval: try value(named: literal(0), at: operand(0).position)
        case .declref: try pointer(to: literal(0), at: operand(0).position)
        case .as: try value(1, as: type(0))
        case .intcast: try analyzeIntCast()
        case .bitcast: try analyzeBitCast()
        case .truncate: try analyzeTruncate()
        case .booltoint: try analyzeBoolToInteger()
        case .inttoptr: try analyzeIntegerToPointer()
        case .typeof: .type(try value(0).type)
        case .inttype: try analyzeIntegerType()
        case .array_type: try analyzeArrayType()
        case .array_type_sentinel: try analyzeSentinelArrayType()
        case .single_const_ptr_type: try analyzePointerType(.one, isConst: true)
        case .single_mut_ptr_type: try analyzePointerType(.one, isConst: false)
        case .many_const_ptr_type: try analyzePointerType(.many, isConst: true)
        case .many_mut_ptr_type: try analyzePointerType(.many, isConst: false)
        case .const_slice_type: try analyzePointerType(.slice, isConst: true)
        case .mut_slice_type: try analyzePointerType(.slice, isConst: false)
        case .array_init: try analyzeArrayInit()
        case .array_cat: try analyzeArrayCat()
        case .array_mul: try analyzeArrayMul()
        case .ref: try analyzeRef()
        case .ret_type: try analyzeReturnType()
        case .param_type: try analyzeParameterType()
        case .dbg_stmt: try analyzeStatementMark()
        case .isnull, .isnonnull, .unwrap_optional_safe, .unwrap_optional_unsafe: try refuseNonOptional()
        case .iserr, .unwrap_err_safe, .unwrap_err_unsafe, .unwrap_err_code, .ensure_result_used,
            .ensure_result_non_error, .ensure_err_payload_void:
            try refuseNonErrorUnion()
        case .ptrtoint: try analyzePointerToInteger()
        case .add: try analyzeSum(.add)
        case .sub: try analyzeSum(.sub)
        case .mul: try analyzeSum(.mul)
        case .addwrap: try analyzeSum(.add, wraps: true)
        case .subwrap: try analyzeSum(.sub, wraps: true)
        case .mulwrap: try analyzeSum(.mul, wraps: true)
        case .div: try analyzeDivision(.div)
        case .rem: try analyzeDivision(.rem)
        case .mod: try analyzeDivision(.mod)
        case .mod_rem: try analyzeModRem()
        case .bitand: try analyzeBits(.and)
        case .bitor: try analyzeBits(.or)
        case .xor: try analyzeBits(.xor)
        case .bitnot: try analyzeBitNot()
        case .boolnot: try analyzeBoolNot()
        case .booland: try analyzeBool(.and)
        case .boolor: try analyzeBool(.or)
        case .shl: try analyzeShift(.shiftLeft)
        case .shr: try analyzeShift(.shiftRight)
        case .negate: try analyzeNegation()
        case .negatewrap: try analyzeNegation(wraps: true)
        case .cmp: try analyzeCompare()
        case .arg: try analyzeArgument()
        case .alloc: try analyzeAlloc()
        case .store: try analyzeStore()
        case .deref: try analyzeDeref()
        case .elemptr: try analyzeElementPointer()
        case .elemval: try analyzeElementValue()
        case .slice: try analyzeSlice()
        case .fieldptr: try analyzeFieldPointer()
        case .fieldval: try analyzeFieldValue()
        case .call: try analyzeCall()
        case .asm: try analyzeAssembly()
        case .breakpoint: try analyzeBreakpoint()
        case .fn, .global, .export, .import: throw failure(Messages.illegalInside)
        default: throw failure("instruction '\(current.opcode.spelling)' is not built yet")
        }
    }
}
