import Semantics
import ZIR

/// The instructions of one `asm`, encoded.
///
/// The source is GNU AT&T spelling: instructions separated by newlines or `;`, a `#` begins a comment that runs to the
/// end of its line.
struct AssemblySource: Equatable, Sendable {
    /// The machine code.
    var bytes: [UInt8] = []
    /// Registers that the instructions write without being told.
    var clobbers: RegisterSet = []

    /// Encodes `source`; an error stands at `position`.
    init(_ source: [UInt8], position: Position) throws(DiagnosticError) {
        for line in source.split(separator: UInt8(ascii: "\n")) {
            for statement in line.prefix(while: { $0 != UInt8(ascii: "#") }).split(separator: UInt8(ascii: ";")) {
                try add(statement, position)
            }
        }
    }

    private mutating func add(_ statement: ArraySlice<UInt8>, _ position: Position) throws(DiagnosticError) {
        let words = statement.split(whereSeparator: AssemblySource.isSpace)
        guard let mnemonic = words.first else { return }
        let name = String(decoding: mnemonic, as: UTF8.self)
        guard let instruction = PlainInstruction(rawValue: name), instruction.isAllowedInAssembly else {
            throw DiagnosticError(position, "unknown instruction '\(name)' in asm")
        }
        guard words.count == 1 else {
            let operand = String(decoding: words[1], as: UTF8.self)
            throw DiagnosticError(position, "unexpected operand '\(operand)' of '\(name)' in asm")
        }
        bytes += instruction.bytes
        clobbers.formUnion(instruction.clobbers)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
