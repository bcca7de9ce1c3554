// How the model is written as ZIR.

extension ModelProject {
    /// The text of every file that is there, by path.
    var sources: [String: String] {
        var result = manifests
        for (index, file) in files.enumerated() where !file.isDeleted {
            result[file.path] = file.items.map { text(of: $0, in: index) }.joined() + "\n"
        }
        return result
    }

    private func text(of item: ModelItem, in file: Int) -> String {
        let writer = ModelWriter(project: self, file: file, layout: item.layout)
        return item.above + "@\(item.name) = " + (item.breakage ?? writer.instruction(item.form)) + "\n"
    }

    /// How `file` refers to a declaration: by its name, or through one or two imports. Nil: nothing leads there.
    func path(to id: Int, from file: Int) -> String? {
        guard let place = place(of: id) else { return nil }
        let name = self[place].name
        if place.file == file { return name }
        if let module = module(from: file, to: place.file) { return "\(module).\(name)" }
        for item in files[file].items.sorted(by: { $0.id < $1.id }) {
            guard case .module(let path) = item.form, let next = fileIndex(path, from: file),
                let module = module(from: next, to: place.file)
            else { continue }
            return "\(item.name).\(module).\(name)"
        }
        return nil
    }

    /// The name of an import in `file` that names `target`.
    func module(from file: Int, to target: Int) -> String? {
        files[file].items.sorted { $0.id < $1.id }.first { item in
            guard case .module(let path) = item.form else { return false }
            return fileIndex(path, from: file) == target
        }?.name
    }

    /// The file that an import of `path` in `file` names: another of its package, or the root file of one.
    func fileIndex(_ path: String, from file: Int) -> Int? {
        let package = files[file].package
        guard path.hasSuffix(".zir") else { return rootFile(of: path, in: package) }
        var parts = files[file].path.split(separator: "/").dropLast()
        for part in path.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let joined = parts.joined(separator: "/")
        guard joined.hasPrefix(rootFolder(of: package)) else { return nil }
        return files.firstIndex { $0.path == joined && $0.package == package }
    }
}

/// Writes one declaration of the model.
private struct ModelWriter {
    let project: ModelProject
    let file: Int
    let layout: Int

    /// `@name` or `@module.name`; of what is gone the old name, of what nothing leads to a name that nobody has.
    private func reference(_ id: Int) -> String {
        "@" + (project.path(to: id, from: file) ?? project.goneNames[id] ?? "unreachable_\(id)")
    }

    private var comma: String { layout % 3 == 1 ? "," : layout % 3 == 2 ? " ,\n    " : ", " }
    private var open: String { layout % 2 == 1 ? "( " : "(" }

    private func list(_ operands: [String]) -> String { "[" + operands.joined(separator: comma) + "]" }

    private func instruction(_ mnemonic: String, _ operands: String...) -> String {
        mnemonic + open + operands.joined(separator: comma) + ")"
    }

    func instruction(_ form: ModelForm) -> String {
        switch form {
        case .primitive(let kind): instruction("primitive", kind)
        case .typeAlias(let type, let other, _): instruction("as", reference(type), reference(other))
        case .functionType(let shape, let number, let result): functionType(shape, reference(number), reference(result))
        case .number(let number): instruction(number)
        case .comparison(let a, let op, let b): instruction("cmp", reference(a), op, reference(b))
        case .string(let text): instruction("str", "\"\(text)\"")
        case .lengthPointer(let string): instruction("fieldptr", reference(string), "\"len\"")
        case .bytePointer(let string, let index): instruction("elemptr", reference(string), "\(index)")
        case .function(let shape, let type, let body): function(shape, reference(type), body)
        case .pointerType(let type): instruction("single_const_ptr_type", reference(type))
        case .global(_, let type, let initial, let isMutable):
            isMutable
                ? instruction("global", reference(type), reference(initial), "mutable=1")
                : instruction("global", reference(type), reference(initial))
        case .module(let path): instruction("import", "\"\(path)\"")
        case .export(let symbol, let target, let linkage): export(symbol, reference(target), linkage)
        }
    }

    private func functionType(_ shape: ModelShape, _ number: String, _ result: String) -> String {
        switch shape {
        case .start: instruction("fntype", "[]", result, "cc=Naked")
        case .action, .exit: instruction("fntype", "[]", result)
        case .number: instruction("fntype", list([number]), result)
        }
    }

    private func export(_ symbol: String, _ target: String, _ linkage: String) -> String {
        linkage == "Strong"
            ? instruction("export", "\"\(symbol)\"", target)
            : instruction("export", "\"\(symbol)\"", target, "linkage=\(linkage)")
    }

    private func instruction(_ number: ModelNumber) -> String {
        switch number {
        case .literal(let value, let spelling): instruction("int", ModelWriter.spell(value, spelling))
        case .sum(let a, let b): instruction("add", reference(a), reference(b))
        case .sumWithLiteral(let a, let value): instruction("add", reference(a), "\(value)")
        case .coerced(let type, let value): instruction("as", reference(type), reference(value))
        case .cast(let type, let value): instruction("intcast", reference(type), reference(value))
        case .loaded(let pointer): instruction("deref", reference(pointer))
        }
    }

    private static func spell(_ value: Int, _ spelling: Int) -> String {
        switch spelling {
        case 1: "0x" + String(value, radix: 16)
        case 2: "0b" + String(value, radix: 2)
        case 3: "0o" + String(value, radix: 8)
        default: String(value)
        }
    }

    // MARK: - Functions

    private func function(_ shape: ModelShape, _ type: String, _ body: [ModelStatement]) -> String {
        var lines = BodyLines()
        switch shape {
        case .start:
            write(body, &lines, accumulates: false)
            _ = lines.add(exitCall(lines.sum))
            _ = lines.add("unreachable()")
        case .exit:
            write(body, &lines, accumulates: false)
            _ = lines.add(exitCall("13"))
            _ = lines.add("unreachable()")
        case .action:
            write(body, &lines, accumulates: false)
            _ = lines.add("returnvoid()")
        case .number:
            lines.sum = lines.add("arg(\"start\")")
            write(body, &lines, accumulates: true)
            _ = lines.add("return(\(lines.sum))")
        }
        let indent = layout % 2 == 0 ? "  " : "\t  "
        let text = lines.lines.map { "\(indent)\($0)\n" }.joined()
        return "fn(\(type), {\n\(text)})"
    }

    private var usize: String { "@" + (project.usizePath(from: file) ?? "usize") }

    /// Ends the program; `status` may be a number of run time.
    private func exitCall(_ status: String) -> String {
        "asm(\"syscall\", \(usize), volatile=1, output=\"={rax}\", inputs=[\"{rax}\", \"{rdi}\"], "
            + "clobbers=[rcx, r11, memory], args=[231, \(status)])"
    }

    /// A number that the compiler cannot know.
    private func runTimeNumber(_ value: Int) -> String {
        "asm(\"nop\", \(usize), volatile=1, output=\"={rax}\", inputs=[\"{rax}\"], args=[\(value)])"
    }

    private struct BodyLines {
        var lines: [String] = []
        var sum = "0"
        var next = 0

        mutating func add(_ instruction: String) -> String {
            let name = "%\(next)"
            next += 1
            lines.append("\(name) = \(instruction)")
            return name
        }
    }

    private func write(_ body: [ModelStatement], _ lines: inout BodyLines, accumulates: Bool) {
        for statement in body { write(statement, &lines, accumulates) }
    }

    private func write(_ statement: ModelStatement, _ lines: inout BodyLines, _ accumulates: Bool) {
        switch statement {
        case .print(let string):
            writePrint(reference(string), &lines)
        case .printLocal(let text):
            writePrint(lines.add("str(\"\(text)\")"), &lines)
        case .call(let function):
            writeCall(function, &lines)
        case .addCall(let function, let argument):
            let value = lines.add("call(\(reference(function)), [\(reference(argument))])")
            lines.sum = accumulates ? lines.add("add(\(lines.sum), \(value))") : value
        case .addNumber(let number):
            if accumulates { lines.sum = lines.add("add(\(lines.sum), \(reference(number)))") }
        case .branch(let condition, let then, let otherwise):
            writeBranch(reference(condition), then, otherwise, &lines)
        case .branchOnNumber(let number, let value, let then, let otherwise):
            let condition = lines.add("cmp(\(reference(number)), eq, \(value))")
            writeBranch(condition, then, otherwise, &lines)
        case .never(let function):
            let value = lines.add(runTimeNumber(5))
            let condition = lines.add("cmp(\(value), eq, 77)")
            writeBranch(condition, [.call(function)], [], &lines)
        case .addGlobal(let global):
            let value = lines.add("deref(\(reference(global)))")
            if accumulates { lines.sum = lines.add("add(\(lines.sum), \(value))") }
        case .store(let global, let number):
            _ = lines.add("store(\(reference(global)), \(reference(number)))")
        case .neverThrough(let global):
            let condition = lines.add("cmp(\(lines.add(runTimeNumber(5))), eq, 77)")
            let value = "%\(lines.next)"
            let call = "%\(lines.next + 1)"
            lines.next += 2
            _ = lines.add(
                "condbr(\(condition), { \(value) = deref(\(reference(global))) \(call) = call(\(value), []) }, {})")
        case .address(let target):
            _ = lines.add("ptrtoint(\(reference(target)))")
        case .breakpoint:
            writeBranch("false", [], [], &lines)
        }
    }

    private func writePrint(_ string: String, _ lines: inout BodyLines) {
        let address = lines.add("ptrtoint(\(string))")
        let pointer = lines.add("fieldptr(\(string), \"len\")")
        let length = lines.add("deref(\(pointer))")
        _ = lines.add(
            "asm(\"syscall\", \(usize), volatile=1, output=\"={rax}\", "
                + "inputs=[\"{rax}\", \"{rdi}\", \"{rsi}\", \"{rdx}\"], clobbers=[rcx, r11, memory], "
                + "args=[1, 1, \(address), \(length)])")
    }

    private func writeCall(_ function: Int, _ lines: inout BodyLines) {
        guard let place = project.place(of: function) else {
            _ = lines.add("call(\(reference(function)), [])")
            return
        }
        switch project[place].form.kind {
        case .function(.number): _ = lines.add("call(\(reference(function)), [3])")
        default: _ = lines.add("call(\(reference(function)), [])")
        }
    }

    private func writeBranch(
        _ condition: String, _ then: [ModelStatement], _ otherwise: [ModelStatement], _ lines: inout BodyLines
    ) {
        let bodies = [then, otherwise].map { body in
            var inner = BodyLines(next: lines.next)
            write(body, &inner, accumulates: false)
            lines.next = inner.next
            return "{" + inner.lines.map { " \($0)" }.joined() + " }"
        }
        _ = lines.add("condbr(\(condition), \(bodies[0]), \(bodies[1]))")
    }
}

extension ModelProject {
    /// How `file` refers to some declaration of type `usize`.
    func usizePath(from file: Int) -> String? {
        // The oldest, wherever it stands, so that moving others changes nothing.
        let own = files[file].items.filter { $0.form.kind == .type("usize") && $0.breakage == nil }
        if let own = own.min(by: { $0.id < $1.id }) { return own.name }
        for id in ids(.type("usize")).sorted() {
            if let path = path(to: id, from: file) { return path }
        }
        return nil
    }
}
