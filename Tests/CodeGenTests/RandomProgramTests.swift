import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Random programs of nested blocks, loops, branches and variables, run by the processor and by a plain interpreter.
///
/// Many values are alive at once and in loops, so two that wrongly share a home soon give another result.
struct RandomProgramTests {
    @Test(arguments: 0..<150)
    func agrees(_ seed: UInt64) throws {
        var maker = ProgramMaker(seed: seed)
        let body = maker.makeBody()
        var machine = Interpreter()
        let expected = machine.run(body)
        let text = """
            @ft = fntype([], @u64)
            @f = fn(@ft, {
            \(ProgramMaker.variables.map { "%v\($0) = alloc(@u64) %w\($0) = store(%v\($0), \($0))\n" }.joined())
            \(body.text)
            })
            """
        #expect(try TextProgram(text).run() == .returned(expected), "\(text)")
    }
}

/// What a random program is made of. A value is named by a number; `%nK` is the value numbered K.
private indirect enum Step {
    case operation(String, target: Int, Int, Int)
    case load(target: Int, variable: Int)
    case store(name: Int, variable: Int, Int)
    /// A block whose value is one of two, as the lowest bit of `condition` says.
    case choice(target: Int, condition: Int, [Step], Int, [Step], Int)
    /// A body that is executed `count` times, and left early where the lowest bit of a value of its own is set.
    case loop(name: Int, count: Int, [Step], exit: Int)
    case result(Int)
}

extension [Step] {
    fileprivate var text: String { map(\.text).joined(separator: "\n") }
}

extension Step {
    fileprivate var text: String {
        switch self {
        case .operation(let name, let target, let a, let b): "%n\(target) = \(name)(%n\(a), %n\(b))"
        case .load(let target, let variable): "%n\(target) = deref(%v\(variable))"
        case .store(let name, let variable, let value): "%s\(name) = store(%v\(variable), %n\(value))"
        case .choice(let target, let condition, let then, let first, let otherwise, let second):
            """
            %n\(target) = block({
              %n\(target)bit = bitand(%n\(condition), 1) %n\(target)is = cmp_eq(%n\(target)bit, 1)
              %n\(target)br = condbr(%n\(target)is, {\(then.text) %n\(target)a = break(%n\(target), %n\(first))}, {})
              \(otherwise.text)
              %n\(target)b = break(%n\(target), %n\(second))
            })
            """
        case .loop(let name, let count, let body, let exit):
            """
            %i\(name) = alloc(@u64) %i\(name)set = store(%i\(name), 0)
            %l\(name) = block({%i\(name)again = loop({
              %i\(name)now = deref(%i\(name)) %i\(name)past = cmp_gte(%i\(name)now, \(count))
              %i\(name)br = condbr(%i\(name)past, {%i\(name)out = breakvoid(%l\(name))}, {})
              \(body.text)
              %i\(name)bit = bitand(%n\(exit), 1) %i\(name)odd = cmp_eq(%i\(name)bit, 1)
              %i\(name)early = condbr(%i\(name)odd, {%i\(name)leave = breakvoid(%l\(name))}, {})
              %i\(name)next = add(%i\(name)now, 1) %i\(name)step = store(%i\(name), %i\(name)next)
            })})
            """
        case .result(let value): "%end = return(%n\(value))"
        }
    }
}

/// Makes the programs of a seed.
private struct ProgramMaker {
    static let variables = 0..<4
    private static let operations = ["addwrap", "subwrap", "mulwrap", "xor"]
    /// Steps of a program, all bodies together.
    private static let size = 60

    private var state: UInt64
    private var values = 0
    private var left = size

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    private mutating func random(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % count
    }

    mutating func makeBody() -> [Step] {
        var visible: [Int] = []
        var steps: [Step] = []
        while left > 0 { steps += make(5, &visible, depth: 0) }
        let sum = visible.dropFirst().reduce(into: visible[0]) { total, value in
            steps.append(.operation("addwrap", target: values, total, value))
            total = values
            values += 1
        }
        return steps + [.result(sum)]
    }

    private mutating func newValue(_ visible: inout [Int]) -> Int {
        values += 1
        visible.append(values - 1)
        return values - 1
    }

    /// `count` steps in a body; the values that it makes become visible.
    private mutating func make(_ count: Int, _ visible: inout [Int], depth: Int) -> [Step] {
        var steps: [Step] = [.load(target: newValue(&visible), variable: random(Self.variables.count))]
        for _ in 0..<count {
            left -= 1
            let a = visible[random(visible.count)]
            let b = visible[random(visible.count)]
            switch random(depth < 4 ? 9 : 5) {
            case 0: steps.append(.load(target: newValue(&visible), variable: random(Self.variables.count)))
            case 1:
                values += 1
                steps.append(.store(name: values - 1, variable: random(Self.variables.count), a))
            case 2, 3, 4:
                let name = Self.operations[random(Self.operations.count)]
                steps.append(.operation(name, target: newValue(&visible), a, b))
            case 5, 6:
                var (then, otherwise) = (visible, visible)
                let first = make(random(4), &then, depth: depth + 1)
                let second = make(random(4), &otherwise, depth: depth + 1)
                let (x, y) = (then[random(then.count)], otherwise[random(otherwise.count)])
                steps.append(.choice(target: newValue(&visible), condition: a, first, x, second, y))
            default:
                var inside = visible
                let body = make(1 + random(4), &inside, depth: depth + 1)
                values += 1
                let exit = inside[random(inside.count)]
                steps.append(.loop(name: values - 1, count: random(4), body, exit: exit))
            }
        }
        return steps
    }
}

/// Executes a program as it is meant.
private struct Interpreter {
    private var values: [Int: UInt64] = [:]
    private var variables = ProgramMaker.variables.map(UInt64.init)
    private var result: UInt64 = 0

    mutating func run(_ steps: [Step]) -> UInt64 {
        for step in steps { execute(step) }
        return result
    }

    private func value(_ number: Int) -> UInt64 { values[number] ?? 0 }

    private mutating func execute(_ step: Step) {
        switch step {
        case .operation(let name, let target, let a, let b): values[target] = Self.operation(name, value(a), value(b))
        case .load(let target, let variable): values[target] = variables[variable]
        case .store(_, let variable, let number): variables[variable] = value(number)
        case .choice(let target, let condition, let then, let first, let otherwise, let second):
            let isFirst = value(condition) & 1 == 1
            for step in isFirst ? then : otherwise { execute(step) }
            values[target] = value(isFirst ? first : second)
        case .loop(_, let count, let body, let exit):
            for _ in 0..<count {
                for step in body { execute(step) }
                if value(exit) & 1 == 1 { break }
            }
        case .result(let number): result = value(number)
        }
    }

    private static func operation(_ name: String, _ a: UInt64, _ b: UInt64) -> UInt64 {
        switch name {
        case "addwrap": a &+ b
        case "subwrap": a &- b
        case "mulwrap": a &* b
        default: a ^ b
        }
    }
}
