import Semantics

/// Comptime values in words, for people.
struct ValueText {
    let types: TypeTable
    /// What people call a declaration.
    let name: (DeclIndex) -> String

    /// A text longer than this is cut, in bytes.
    private static let limit = 2_048

    /// The value of a reference to a declaration; nil for what has an address of its own, which is itself, and for what
    /// has no value.
    func text(of interface: Interface) -> String? {
        guard !interface.category.hasAddress, interface.category == .constant else { return nil }
        return text(of: interface.value)
    }

    func text(of value: Value) -> String {
        var text = ""
        write(value, to: &text)
        return text
    }

    /// No deeper than what can be deserialised.
    private func write(_ value: Value, to text: inout String) {
        guard text.utf8.count < ValueText.limit else {
            if !text.hasSuffix("...") { text += "..." }
            return
        }
        switch value {
        case .void: text += "{}"
        case .bool(let isTrue): text += isTrue ? "true" : "false"
        case .integer(let number): text += "\(number)"
        case .type(let type): text += types.name(of: type)
        case .null: text += "null"
        case .undefined: text += "undefined"
        case .place(let place): write(place, to: &text)
        case .slice(let place, let length):
            write(place, to: &text)
            text += "[0..\(length)]"
        case .reference(let declaration): text += "&\(name(declaration))"
        case .lengthPointer(let length): text += "&\(length)"
        case .array(let elements): write(elements, to: &text)
        case .pointee(let value):
            text += "&"
            write(value, to: &text)
        }
    }

    private func write(_ place: Place, to text: inout String) {
        switch place.base {
        case .declaration(let declaration): text += "&\(name(declaration))"
        case .local(let index): text += "&constant \(index)"
        }
        if place.offset != 0 { text += " + \(place.offset)" }
        if place.field == .arrayLength { text += ".len" }
    }

    private func write(_ elements: [Value], to text: inout String) {
        text += "{"
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ", " }
            write(element, to: &text)
            if text.hasSuffix("...") { break }
        }
        text += "}"
    }
}
