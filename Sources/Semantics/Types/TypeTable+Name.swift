import ZIR

extension TypeTable {
    /// A name longer than this is cut: types that hold others twice would have names without end.
    private static let maximumNameBytes = 2_048

    /// What messages call the type: its Zig name.
    public func name(of index: TypeIndex) -> String {
        var name = ""
        writeName(of: index, to: &name)
        return name
    }

    private func writeName(of index: TypeIndex, to name: inout String) {
        guard name.utf8.count < Self.maximumNameBytes else {
            if !name.hasSuffix("...") { name += "..." }
            return
        }
        switch self[index] {
        case .integer(let shape): name += "\(shape.isSigned ? "i" : "u")\(shape.bits)"
        case .primitive(.null): name += "@TypeOf(null)"
        case .primitive(.undefined): name += "@TypeOf(undefined)"
        case .primitive(let tag): name += tag.spelling
        case .pointer(let pointer): writeName(of: pointer, to: &name)
        case .array(let array): writeName(of: array, to: &name)
        case .function(let function): writeName(of: function, to: &name)
        }
    }

    private func writeName(of pointer: PointerType, to name: inout String) {
        switch pointer.size {
        case .one: name += "*"
        case .many: name += "[*]"
        case .slice: name += "[]"
        case .c: name += "[*c]"
        }
        if pointer.isConst { name += "const " }
        writeName(of: pointer.child, to: &name)
    }

    private func writeName(of array: ArrayType, to name: inout String) {
        name += "[\(array.length)"
        if array.sentinel != .none { name += ":\(text(of: value(of: array.sentinel)))" }
        name += "]"
        writeName(of: array.child, to: &name)
    }

    private func writeName(of function: FunctionType, to name: inout String) {
        name += "fn("
        for (index, parameter) in types(in: function.parameters).enumerated() {
            if index > 0 { name += ", " }
            writeName(of: parameter, to: &name)
        }
        if function.isVariadic { name += function.parameters.count > 0 ? ", ..." : "..." }
        name += ") "
        if function.convention != .Unspecified { name += "callconv(.\(function.convention.spelling)) " }
        writeName(of: function.result, to: &name)
    }

    private func text(of value: Value) -> String {
        switch value {
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .integer(let number): number.description
        case .null: "null"
        default: "_"
        }
    }
}
