// What the declarations of the model are in ZIR.

extension ModelProject {
    /// What stands in a declaration of `file`.
    func source(of item: ModelItem, in file: Int) -> ModelSource {
        item.breakage ?? .instruction(ModelWriter(project: self, file: file).instruction(item.form))
    }
}

/// Makes instructions of the declarations of one file.
private struct ModelWriter {
    let project: ModelProject
    let file: Int

    /// `@name` or `@module.name`; of what is gone the old name, of what nothing leads to a name that nobody has.
    private func reference(_ id: Int) -> ModelOperand {
        .name(project.path(to: id, from: file) ?? project.goneNames[id] ?? "unreachable_\(id)")
    }

    func instruction(_ form: ModelForm) -> ModelInstruction {
        switch form {
        case .primitive(let kind): ModelInstruction("primitive", .word(kind))
        case .typeAlias(let type, let other, _): ModelInstruction("as", reference(type), reference(other))
        case .functionType(let shape, let number, let result): functionType(shape, reference(number), reference(result))
        case .number(let number): instruction(number)
        case .comparison(let a, let op, let b): ModelInstruction("cmp", reference(a), .word(op), reference(b))
        case .string(let text): ModelInstruction("str", .string(text))
        case .lengthPointer(let string): ModelInstruction("fieldptr", reference(string), .string("len"))
        case .bytePointer(let string, let index): ModelInstruction("elemptr", reference(string), .number(index))
        case .function(let shape, let type, let body): function(shape, reference(type), body)
        case .pointerType(let type): ModelInstruction("single_const_ptr_type", reference(type))
        case .global(_, let type, let initial, let isMutable):
            isMutable
                ? ModelInstruction("global", reference(type), reference(initial), .keyword("mutable", .number(1)))
                : ModelInstruction("global", reference(type), reference(initial))
        case .module(let path): ModelInstruction("import", .string(path))
        case .export(let symbol, let target, let linkage):
            linkage == "Strong"
                ? ModelInstruction("export", .string(symbol), reference(target))
                : ModelInstruction(
                    "export", .string(symbol), reference(target), .keyword("linkage", .word(linkage)))
        }
    }

    private func functionType(
        _ shape: ModelShape, _ number: ModelOperand, _ result: ModelOperand
    ) -> ModelInstruction {
        switch shape {
        case .start: ModelInstruction("fntype", .list([]), result, .keyword("cc", .word("Naked")))
        case .action, .exit: ModelInstruction("fntype", .list([]), result)
        case .number: ModelInstruction("fntype", .list([number]), result)
        }
    }

    private func instruction(_ number: ModelNumber) -> ModelInstruction {
        switch number {
        case .literal(let value, let spelling):
            ModelInstruction("int", .number(ModelNumeral(value: value, spelling: spelling)))
        case .sum(let a, let b): ModelInstruction("add", reference(a), reference(b))
        case .sumWithLiteral(let a, let value): ModelInstruction("add", reference(a), .number(value))
        case .coerced(let type, let value): ModelInstruction("as", reference(type), reference(value))
        case .cast(let type, let value): ModelInstruction("intcast", reference(type), reference(value))
        case .loaded(let pointer): ModelInstruction("deref", reference(pointer))
        }
    }

    // MARK: - Functions

    private func function(_ shape: ModelShape, _ type: ModelOperand, _ body: [ModelStatement]) -> ModelInstruction {
        var lines = BodyLines()
        switch shape {
        case .start:
            write(body, &lines, accumulates: false)
            lines.add(exitCall(lines.sum))
            lines.add(ModelInstruction("unreachable"))
        case .exit:
            write(body, &lines, accumulates: false)
            lines.add(exitCall(.number(13)))
            lines.add(ModelInstruction("unreachable"))
        case .action:
            write(body, &lines, accumulates: false)
            lines.add(ModelInstruction("returnvoid"))
        case .number:
            lines.sum = lines.add(ModelInstruction("arg", .string("start")))
            write(body, &lines, accumulates: true)
            lines.add(ModelInstruction("return", lines.sum))
        }
        return ModelInstruction("fn", type, .body(lines.lines))
    }

    private var usize: ModelOperand { .name(project.usizePath(from: file) ?? "usize") }

    private func assembly(
        _ source: String, _ inputs: [String], _ arguments: [ModelOperand], clobbers: [String] = []
    ) -> ModelInstruction {
        ModelInstruction(
            "asm", .string(source), usize, .keyword("volatile", .number(1)), .keyword("output", .string("={rax}")),
            .keyword("inputs", .list(inputs.map { .string("{\($0)}") })),
            .keyword("clobbers", .list(clobbers.map { .word($0) })), .keyword("args", .list(arguments)))
    }

    private func systemCall(_ arguments: ModelOperand...) -> ModelInstruction {
        let inputs = Array(["rax", "rdi", "rsi", "rdx"].prefix(arguments.count))
        return assembly("syscall", inputs, arguments, clobbers: ["rcx", "r11", "memory"])
    }

    /// Ends the program; `status` may be a number of run time.
    private func exitCall(_ status: ModelOperand) -> ModelInstruction { systemCall(.number(231), status) }

    /// A number that the compiler cannot know.
    private func runTimeNumber(_ value: Int) -> ModelInstruction { assembly("nop", ["rax"], [.number(value)]) }

    private struct BodyLines {
        var lines: [ModelLine] = []
        var sum = ModelOperand.number(0)
        var next = 0

        @discardableResult
        mutating func add(_ instruction: ModelInstruction) -> ModelOperand {
            lines.append(ModelLine(local: next, instruction: instruction))
            next += 1
            return .local(next - 1)
        }

        mutating func addToSum(_ value: ModelOperand) { sum = add(ModelInstruction("add", sum, value)) }
    }

    private func write(_ body: [ModelStatement], _ lines: inout BodyLines, accumulates: Bool) {
        for statement in body { write(statement, &lines, accumulates) }
    }

    private func write(_ statement: ModelStatement, _ lines: inout BodyLines, _ accumulates: Bool) {
        switch statement {
        case .print(let string):
            writePrint(reference(string), &lines)
        case .printLocal(let text):
            writePrint(lines.add(ModelInstruction("str", .string(text))), &lines)
        case .call(let function):
            writeCall(function, &lines)
        case .addCall(let function, let argument):
            let value = lines.add(ModelInstruction("call", reference(function), .list([reference(argument)])))
            if accumulates { lines.addToSum(value) } else { lines.sum = value }
        case .addNumber(let number):
            if accumulates { lines.addToSum(reference(number)) }
        case .branch(let condition, let then, let otherwise):
            writeBranch(reference(condition), then, otherwise, &lines)
        case .branchOnNumber(let number, let value, let then, let otherwise):
            let condition = lines.add(ModelInstruction("cmp", reference(number), .word("eq"), .number(value)))
            writeBranch(condition, then, otherwise, &lines)
        case .never(let function):
            writeBranch(never(&lines), [.call(function)], [], &lines)
        case .addGlobal(let global):
            let value = lines.add(ModelInstruction("deref", reference(global)))
            if accumulates { lines.addToSum(value) }
        case .store(let global, let number):
            lines.add(ModelInstruction("store", reference(global), reference(number)))
        case .neverThrough(let global):
            let condition = never(&lines)
            var inner = BodyLines(next: lines.next)
            let value = inner.add(ModelInstruction("deref", reference(global)))
            inner.add(ModelInstruction("call", value, .list([])))
            lines.next = inner.next
            lines.add(ModelInstruction("condbr", condition, .body(inner.lines), .body([])))
        case .address(let target):
            lines.add(ModelInstruction("ptrtoint", reference(target)))
        case .breakpoint:
            writeBranch(.word("false"), [], [], &lines)
        }
    }

    /// A condition that does not hold, which the compiler cannot know.
    private func never(_ lines: inout BodyLines) -> ModelOperand {
        let value = lines.add(runTimeNumber(5))
        return lines.add(ModelInstruction("cmp", value, .word("eq"), .number(77)))
    }

    private func writePrint(_ string: ModelOperand, _ lines: inout BodyLines) {
        let address = lines.add(ModelInstruction("ptrtoint", string))
        let pointer = lines.add(ModelInstruction("fieldptr", string, .string("len")))
        let length = lines.add(ModelInstruction("deref", pointer))
        lines.add(systemCall(.number(1), .number(1), address, length))
    }

    private func writeCall(_ function: Int, _ lines: inout BodyLines) {
        let kind = project.home(of: function).map { project[$0].form.kind }
        let arguments: [ModelOperand] = kind == .function(.number) ? [.number(3)] : []
        lines.add(ModelInstruction("call", reference(function), .list(arguments)))
    }

    private func writeBranch(
        _ condition: ModelOperand, _ then: [ModelStatement], _ otherwise: [ModelStatement], _ lines: inout BodyLines
    ) {
        let bodies = [then, otherwise].map { body in
            var inner = BodyLines(next: lines.next)
            write(body, &inner, accumulates: false)
            lines.next = inner.next
            return ModelOperand.body(inner.lines)
        }
        lines.add(ModelInstruction("condbr", condition, bodies[0], bodies[1]))
    }
}
