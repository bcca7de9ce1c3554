/// One column of an opcode's row in the table: what the operand is called, what may stand there, and its default.
public struct OperandSpec: Sendable {
    /// What may be written for the operand.
    public enum Form: Sendable, Equatable {
        /// `@ref`, `%ref`, a number, `true`, `false`, `null` or `undefined`.
        case value
        /// As `value`; that it is a type is found out later.
        case type
        /// A string, or a reference to a `str`.
        case string
        /// A string and nothing else.
        case literalString
        /// A number and nothing else.
        case integer
        /// The literal of `float(x)`.
        case float
        /// `true`, `false`, `0` or `1`.
        case boolean
        /// A bare word of the set.
        case tag(TagName)
        /// `[...]` of values, types, strings or bare words.
        case list(Element)
        /// `{...}`.
        case body
        /// As many bodies as the list before it has elements; in `Syntax` a list of bodies.
        case bodies
        /// `%name` of a block around it, or a string that names one.
        case blockTarget
        /// A reference to a declaration, or a string that is its name.
        case declaration
    }

    /// What may be written for an element of a list.
    public enum Element: UInt8, Sendable {
        /// As `Form.value`.
        case value
        /// As `Form.type`.
        case type
        /// As `Form.string`.
        case string
        /// A bare word; a string or a reference to a `str` may stand for it. In `Syntax` a bare word is a string.
        case word
    }

    /// What it is called in messages and, of a keyword, in the text.
    public let name: StaticString
    /// What may stand there.
    public let form: Form
    /// Given as `name=...`, and may be left out.
    public let isKeyword: Bool
    /// The tag or boolean that holds when a keyword is left out; nil where there is none.
    public let defaultTag: UInt8?

    init(_ name: StaticString, _ form: Form, isKeyword: Bool = false, defaultTag: UInt8? = nil) {
        self.name = name
        self.form = form
        self.isKeyword = isKeyword
        self.defaultTag = defaultTag
    }
}

extension OperandSpec {
    /// There is such an operand.
    var isPresent: Bool { name.utf8CodeUnitCount > 0 }

    /// A reference, a number or one of a few words.
    var isPlain: Bool {
        switch form {
        case .value, .type: true
        default: false
        }
    }

    /// A bare word of a set.
    var isTag: Bool {
        switch form {
        case .tag: true
        default: false
        }
    }
}

// Short makers, so that the table reads like the reference.
extension OperandSpec {
    /// What stands in a row of the table behind the operands.
    static var none: OperandSpec { OperandSpec("", .value) }
    static func value(_ name: StaticString) -> OperandSpec { OperandSpec(name, .value) }
    static func type(_ name: StaticString) -> OperandSpec { OperandSpec(name, .type) }
    static func string(_ name: StaticString) -> OperandSpec { OperandSpec(name, .string) }
    static func body(_ name: StaticString) -> OperandSpec { OperandSpec(name, .body) }
    static func tag(_ name: StaticString, _ set: TagName) -> OperandSpec { OperandSpec(name, .tag(set)) }
    static func list(_ name: StaticString, of element: Element) -> OperandSpec { OperandSpec(name, .list(element)) }

    /// A keyword operand without a default tag: nothing, or the empty list, holds when it is left out.
    static func key(_ name: StaticString, _ form: Form) -> OperandSpec {
        OperandSpec(name, form, isKeyword: true)
    }

    /// A boolean keyword operand.
    static func flag(_ name: StaticString, default value: Bool) -> OperandSpec {
        OperandSpec(name, .boolean, isKeyword: true, defaultTag: value ? 1 : 0)
    }

    /// A keyword operand that takes a bare word.
    static func option<Tag: TagSet>(_ name: StaticString, _ set: TagName, default tag: Tag) -> OperandSpec {
        OperandSpec(name, .tag(set), isKeyword: true, defaultTag: tag.rawValue)
    }
}
