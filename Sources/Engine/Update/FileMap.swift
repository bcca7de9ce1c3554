import Cache
import Semantics

/// What a run knows of some files, by number: as `DeclTable`, but with memory for those files only, and not for their
/// neighbours, of which mostly nobody asks.
///
/// A value never moves, so it is read and changed in place.
struct FileMap<Value>: ~Copyable {
    private let values = SparseTable<UnsafeMutablePointer<Value>?>(repeating: nil)
    /// Those that have a value, in the order in which they got it.
    private let known = FlatTable<FileNumber>()

    /// Without values.
    init() {}

    deinit {
        for place in 0..<known.count {
            guard let value = values[Int(known[place])] else { continue }
            value.deinitialize(count: 1)
            value.deallocate()
        }
    }

    /// The value of a file, nil if it has none.
    subscript(file: FileNumber) -> Value? { values[Int(file)]?.pointee }

    /// Whether a file has a value.
    func has(_ file: FileNumber) -> Bool { values[Int(file)] != nil }

    /// Gives a file that value.
    func set(_ file: FileNumber, _ value: Value) {
        if let known = values[Int(file)] {
            known.pointee = value
        } else {
            add(file, value)
        }
    }

    /// Where the value of a file stands, which is `new` if it had none.
    func element(_ file: FileNumber, orNew new: @autoclosure () -> Value) -> UnsafeMutablePointer<Value> {
        values[Int(file)] ?? add(file, new())
    }

    @discardableResult private func add(_ file: FileNumber, _ value: Value) -> UnsafeMutablePointer<Value> {
        let element = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        element.initialize(to: value)
        values[Int(file)] = element
        known.append(file)
        return element
    }

    /// Those that have a value, in the order of their numbers.
    var files: [FileNumber] { known.elements.sorted() }
}
