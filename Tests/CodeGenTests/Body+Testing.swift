import Semantics

@testable import CodeGen

extension Arena {
    /// One whose tables are good for ever.
    static func forever() -> Arena { Unmanaged.passRetained(Arena()).takeUnretainedValue() }
}

extension Body {
    /// `function` as the generator works on it, which lends what it does not change: it is kept for ever, too.
    convenience init(_ function: IRFunction) {
        self.init(in: .forever())
        read(Unmanaged.passRetained(function).takeUnretainedValue().code)
    }

    /// Its values, when `Liveness` has seen them.
    func values() -> Table<IRValue> { Liveness.find(in: self, loops()).values }

    /// Its loops.
    func loops() -> LoopNest {
        let loops = LoopNest()
        loops.find(in: self)
        return loops
    }

    /// Its values, when all is known of them but their homes, and the instructions that need certain registers.
    func valuesWithSharedHomes() -> (values: Table<IRValue>, bound: Table<Int32>) {
        let loops = loops()
        let liveness = Liveness.find(in: self, loops)
        SharedHomes.find(in: self, loops, liveness.values, liveness.moves)
        return (liveness.values, liveness.bound)
    }
}
