/// How code holds a value of a type.
enum RunTimeForm: Equatable {
    /// Not at all: the type has one value only.
    case nothing
    /// As one value of this shape.
    case scalar(IRType)
    /// As two: the address of the first element and the number of elements.
    case slice
    /// As the address of memory that holds it and does not change while the value is in use.
    case memory(Layout)

    /// How many values of code that takes.
    var wordCount: Int {
        switch self {
        case .nothing: 0
        case .scalar, .memory: 1
        case .slice: 2
        }
    }
}

extension TypeTable {
    /// How code holds values of the type; nil where it cannot.
    func runTimeForm(of index: TypeIndex) -> RunTimeForm? {
        if let shape = irType(of: index) { return shape.bits == 0 ? .nothing : .scalar(shape) }
        guard isAvailableAtRunTime(index) else { return nil }
        switch self[index] {
        case .pointer(let pointer): return pointer.size == .slice ? .slice : nil
        case .array(let array):
            guard runTimeForm(of: array.child) != nil else { return nil }
            return layout(of: index).map { .memory($0) }
        case .integer, .primitive, .function: return nil
        }
    }
}
