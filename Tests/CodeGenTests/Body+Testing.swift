import Semantics

@testable import CodeGen

extension Arena {
    /// One whose tables are good for ever.
    static func forever() -> Arena { Unmanaged.passRetained(Arena()).takeUnretainedValue() }
}

extension Body {
    /// `function` as the generator works on it.
    convenience init(_ function: IRFunction) { self.init(function, in: .forever()) }
}
