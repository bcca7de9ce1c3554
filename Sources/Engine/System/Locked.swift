/// A value that threads use in turns.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    private let monitor = Monitor()

    init(_ value: Value) { self.value = value }

    func with<Result>(_ body: (inout Value) -> Result) -> Result { monitor.locked { body(&value) } }
}
