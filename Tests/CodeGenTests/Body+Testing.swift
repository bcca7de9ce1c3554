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
        read(function.code)
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
        let liveness = Liveness.find(in: self, loops)
        let values = liveness.values
        liveness.promotion.run(self, values, liveness.moves)
        SharedHomes.find(in: self, loops, values, liveness.moves)
        return values
    }
}
