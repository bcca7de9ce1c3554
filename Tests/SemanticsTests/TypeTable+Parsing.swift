import Testing
import ZIR

@testable import Semantics

extension TypeTable {
    /// The pointer, slice or array of `u8` or `bool` that `name` names: enough for tables of tests.
    func type(named name: String) throws -> TypeIndex {
        for (prefix, size) in [("*", PointerType.Size.one), ("[*]", .many), ("[]", .slice)] {
            guard name.hasPrefix(prefix) else { continue }
            let rest = name.dropFirst(prefix.count)
            let isConst = rest.hasPrefix("const ")
            let child = try type(named: String(isConst ? rest.dropFirst(6) : rest))
            return try #require(index(of: .pointer(PointerType(size: size, isConst: isConst, child: child))))
        }
        guard name.hasPrefix("[") else { return name == "bool" ? .bool : .u8 }
        let end = name.contains(":") ? sentinel(.integer(Integer(Int64(0))), type: .u8) : .none
        let length = try #require(name.dropFirst().prefix(while: \.isNumber).first?.wholeNumberValue)
        return try #require(index(of: .array(ArrayType(length: UInt64(length), child: .u8, sentinel: end))))
    }
}

extension MemoryProgram {
    /// An analysis of nothing, outside of functions.
    func emptyAnalysis() -> Analysis {
        let analysis = Analysis(types: types, options: analyzer.options)
        analysis.begin(Syntax(), of: .none, in: self)
        return analysis
    }
}
