extension Array {
    /// `count` times `element`, as `init(repeating:count:)`. That one asks the runtime for its type at every call, which
    /// costs more than a short array itself; the generator makes a dozen for each function.
    init(filledWith element: Element, count: Int) {
        self = []
        reserveCapacity(count)
        append(contentsOf: repeatElement(element, count: count))
    }
}
