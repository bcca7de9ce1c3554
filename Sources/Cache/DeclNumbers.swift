/// Numbers of declarations, of which there is mostly one: that stands in place and needs no memory of its own.
public struct DeclNumbers: RandomAccessCollection, Equatable, Sendable, ExpressibleByArrayLiteral {
    /// The only one, if there is just one and `many` is empty.
    @usableFromInline var only: DeclNumber?
    @usableFromInline var many: [DeclNumber] = []

    /// These numbers.
    @inlinable
    public init(_ numbers: [DeclNumber]) {
        if numbers.count == 1 { only = numbers[0] } else { many = numbers }
    }

    /// These numbers.
    public init(arrayLiteral numbers: DeclNumber...) { self.init(numbers) }

    /// The first index.
    @inlinable public var startIndex: Int { 0 }
    /// The index behind the last.
    @inlinable public var endIndex: Int { only == nil ? many.count : 1 }

    /// The number at `index`.
    @inlinable
    public subscript(index: Int) -> DeclNumber {
        guard let only else { return many[index] }
        precondition(index == 0)
        return only
    }

    /// Adds a number.
    @inlinable
    public mutating func append(_ number: DeclNumber) {
        if let only {
            many = [only, number]
            self.only = nil
        } else if many.isEmpty {
            only = number
        } else {
            many.append(number)
        }
    }

    /// Removes a number, if it is there.
    public mutating func remove(_ number: DeclNumber) {
        self = DeclNumbers(filter { $0 != number })
    }

    /// Puts them into ascending order.
    public mutating func sort() { many.sort() }
}
