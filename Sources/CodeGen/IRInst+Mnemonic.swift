import Semantics

extension IRInst.Op {
    /// What the text calls it, or what most often becomes it.
    var mnemonic: String {
        switch self {
        case .add: "add"
        case .sub: "sub"
        case .mul: "mul"
        case .div: "div"
        case .rem: "rem"
        case .mod: "mod"
        case .and: "bitand"
        case .or: "bitor"
        case .xor: "xor"
        case .shiftLeft: "shl"
        case .shiftRight: "shr"
        case .compare: "cmp"
        case .extend: "as"
        case .intCast: "intcast"
        case .bitCast: "bitcast"
        case .load, .copy: "deref"
        case .store: "store"
        case .stackSlot: "alloc"
        case .sliceLength: "slice"
        case .argument: "arg"
        case .elementPointer: "elemptr"
        case .call, .secondResult: "call"
        case .assembly: "asm"
        case .ret: "return"
        case .unreachable: "unreachable"
        case .breakpoint: "breakpoint"
        case .label, .jump, .jumpIfFalse: "condbr"
        case .variable, .assign, .nothing: "block"
        }
    }
}
