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
    func values() -> Table<IRValue> {
        var promotion = Promotion(self)
        return Liveness.values(of: self, LoopNest(self), &promotion)
    }

    /// Its values, when all is known of them but their homes.
    func valuesWithSharedHomes() -> Table<IRValue> {
        let loops = LoopNest(self)
        var promotion = Promotion(self)
        let values = Liveness.values(of: self, loops, &promotion)
        promotion.run(values)
        SharedHomes.find(in: self, loops, values)
        return values
    }
}
