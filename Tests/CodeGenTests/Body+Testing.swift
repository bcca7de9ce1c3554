import Semantics

@testable import CodeGen

extension Arena {
    /// One whose tables are good for ever.
    static func forever() -> Arena { Unmanaged.passRetained(Arena()).takeUnretainedValue() }
}

extension Body {
    /// `function` as the generator works on it.
    convenience init(_ function: IRFunction) {
        self.init(in: .forever())
        read(function)
    }

    /// Its values, when `Liveness` has seen them.
    func values() -> Table<IRValue> { Liveness.find(in: self, loops()).values }

    /// Its loops.
    private func loops() -> LoopNest {
        let loops = LoopNest()
        loops.find(in: self)
        return loops
    }

    /// Its values, when all is known of them but their homes.
    func valuesWithSharedHomes() -> Table<IRValue> {
        let loops = loops()
        let (values, promotion) = Liveness.find(in: self, loops)
        promotion.run(self, values)
        SharedHomes.find(in: self, loops, values)
        return values
    }
}
