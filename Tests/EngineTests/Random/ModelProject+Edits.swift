// What a person with an editor does to a project.

extension ModelProject {
    /// Makes one edit, seldom several at once. Says what was done.
    mutating func edit(_ dice: inout Dice) -> String {
        var edit = editOnce(&dice)
        if dice.once(in: 6) {
            for _ in 0..<(1 + dice.roll(4)) { edit += ", " + editOnce(&dice) }
        }
        importWhatIsNeeded(&dice)
        return edit
    }

    private mutating func editOnce(_ dice: inout Dice) -> String {
        guard let place = dice.pick(allPlaces) else { return "nothing" }
        switch dice.weighted([12, 6, 7, 3, 3, 6, 5, 4, 3, 4, 6, 12, 4, 4, 3, 2, 3, 2, 4, hasPackages ? 12 : 0]) {
        case 0: return editBody(&dice)
        case 1: return editString(&dice)
        case 2: return editNumber(&dice)
        case 3: return respellNumber(&dice)
        case 4: return editType(&dice)
        case 5: return addUsed(&dice)
        case 6: return remove(place, &dice)
        case 7: return rename(place, &dice)
        case 8: return move(place, &dice)
        case 9: return reorder(place.file, &dice)
        case 10: return breakSomething(place, &dice)
        case 11: return mend(&dice)
        case 12: return relayout(place, &dice)
        case 13: return insertAbove(place, &dice)
        case 14: return "touch"
        case 15: return deleteOrRestoreFile(&dice)
        case 16: return editExport(&dice)
        case 18: return editGlobal(&dice)
        case 19: return editPackage(&dice)
        default:
            let id = addDeclaration(&dice)
            return "add dead declaration \(id)"
        }
    }

    private func somePlace(_ kind: ModelKind, _ dice: inout Dice) -> Place? { dice.pick(ids(kind)).flatMap(place) }

    private func nothing(_ name: String) -> String { "no \(name)" }

    // MARK: - Meaning

    private mutating func editBody(_ dice: inout Dice) -> String {
        let shape: ModelShape = dice.once(in: 2) ? .action : .number
        guard let place = somePlace(.function(shape), &dice), case .function(_, let type, var body) = self[place].form
        else { return nothing("function") }
        switch dice.roll(4) {
        case 0 where !body.isEmpty:
            body.remove(at: dice.roll(body.count))
        case 1:
            body.insert(.printLocal(ModelProject.randomText(&dice)), at: dice.roll(body.count + 1))
        case 2 where body.count > 1:
            body.swapAt(0, body.count - 1)
        default:
            body.insert(randomStatement(of: self[place].id, shape, &dice), at: dice.roll(body.count + 1))
        }
        self[place].form = .function(shape, type: type, body)
        return "edit body of \(self[place].name)"
    }

    private mutating func editString(_ dice: inout Dice) -> String {
        guard let place = somePlace(.string, &dice), case .string(let text) = self[place].form else {
            return nothing("string")
        }
        switch dice.roll(3) {
        case 0: self[place].form = .string(text + ModelProject.randomText(&dice))
        // An escaped character as a whole.
        case 1: self[place].form = .string("x" + text.dropFirst(text.hasPrefix("\\") ? 2 : 1))
        default: self[place].form = .string(ModelProject.randomText(&dice))
        }
        return "edit string \(self[place].name)"
    }

    private mutating func editNumber(_ dice: inout Dice) -> String {
        if dice.once(in: 4), let place = somePlace(.boolean, &dice) {
            self[place].form = randomComparison(&dice)
            return "edit comparison \(self[place].name)"
        }
        guard let place = somePlace(.number, &dice) else { return nothing("number") }
        self[place].form = .number(randomNumber(&dice))
        return "edit number \(self[place].name)"
    }

    private mutating func respellNumber(_ dice: inout Dice) -> String {
        guard let place = somePlace(.number, &dice), case .number(.literal(let value, let spelling)) = self[place].form
        else { return nothing("literal") }
        self[place].form = .number(.literal(value, spelling: (spelling + 1 + dice.roll(3)) % 4))
        return "respell \(self[place].name)"
    }

    private mutating func editType(_ dice: inout Dice) -> String {
        let shape: ModelShape = dice.once(in: 2) ? .action : .number
        switch dice.roll(4) {
        case 0:
            guard let place = somePlace(.function(shape), &dice), case .function(_, _, let body) = self[place].form
            else { return nothing("function") }
            self[place].form = .function(shape, type: some(.functionType(shape), &dice), body)
            return "other type of \(self[place].name)"
        case 1:
            guard let place = somePlace(.function(shape), &dice), case .function(_, _, let body) = self[place].form
            else { return nothing("function") }
            let other: ModelShape = shape == .action ? .number : .action
            self[place].form = .function(other, type: some(.functionType(other), &dice), body)
            return "other shape of \(self[place].name)"
        case 2:
            guard let place = somePlace(.functionType(shape), &dice) else { return nothing("function type") }
            let result: ModelKind = shape == .action ? .type("void") : .type("usize")
            self[place].form = .functionType(
                shape, number: some(.type("usize"), &dice), result: some(result, &dice))
            return "edit type \(self[place].name)"
        default:
            let kind = ["usize", "void", "u8"][dice.roll(3)]
            guard let place = somePlace(.type(kind), &dice) else { return nothing("type") }
            let type = some(.type("type"), &dice)
            self[place].form =
                dice.once(in: 2)
                ? .primitive(kind) : .typeAlias(type, of: some(.type(kind), &dice), kind: kind)
            return "edit type \(self[place].name)"
        }
    }

    private mutating func editGlobal(_ dice: inout Dice) -> String {
        guard let storage = dice.pick(ModelStorage.allCases), let place = somePlace(.global(storage), &dice),
            case .global(_, let type, var initial, var isMutable) = self[place].form
        else { return nothing("global") }
        if dice.once(in: 4) { isMutable.toggle() }
        let kinds: [ModelStorage: ModelKind] = [
            .number: .number, .function: .function(.action), .pointer: .global(.number),
        ]
        if let kind = kinds[storage] { initial = some(kind, &dice) }
        self[place].form = .global(storage, type: type, initial: initial, isMutable: isMutable)
        return "edit global \(self[place].name)"
    }

    private mutating func editExport(_ dice: inout Dice) -> String {
        guard let place = somePlace(.export, &dice), case .export(let symbol, let target, _) = self[place].form else {
            return nothing("export")
        }
        let isStart = symbol == "_start" && !dice.once(in: 8)
        switch dice.roll(3) {
        case 0 where !isStart:
            self[place].form = .export("symbol_\(dice.roll(4))", target, linkage: "Strong")
        case 1 where !isStart:
            self[place].form = .export(symbol, target, linkage: ["Strong", "Weak", "Internal"][dice.roll(3)])
        default:
            let kind: ModelKind = isStart ? .function(.start) : .function(dice.once(in: 2) ? .action : .number)
            self[place].form = .export(symbol, some(kind, &dice), linkage: "Strong")
        }
        return "edit export \(self[place].name)"
    }

    // MARK: - Coming and going

    /// Adds a declaration and uses it.
    private mutating func addUsed(_ dice: inout Dice) -> String {
        let id = addDeclaration(&dice)
        let edit = "add and use \(id)"
        guard let added = place(of: id) else { return edit }
        let shape: ModelShape = dice.once(in: 2) ? .action : .number
        guard let user = somePlace(.function(shape), &dice), self[user].id != id,
            case .function(_, let type, var body) = self[user].form
        else { return edit }
        let statement: ModelStatement? =
            switch self[added].form.kind {
            case .number: .addNumber(id)
            case .string: .print(id)
            case .boolean: .branch(condition: id, then: [.printLocal("yes")], otherwise: [.printLocal("no")])
            case .function(.action) where id % 6 < self[user].id % 6: .call(id)
            case .function(.number) where id % 6 < self[user].id % 6: .addCall(id, argument: some(.number, &dice))
            case .function: .never(id)
            default: nil
            }
        guard let statement else { return edit }
        body.insert(statement, at: dice.roll(body.count + 1))
        self[user].form = .function(shape, type: type, body)
        return edit
    }

    private mutating func remove(_ place: Place, _ dice: inout Dice) -> String {
        let item = self[place]
        // Nobody wants a project that is hardly ever right.
        if case .export("_start", _, _) = item.form, !dice.once(in: 4) { return nothing("removal") }
        let isUsed = files.contains { $0.items.contains { $0.form.references.contains(item.id) } }
        if isUsed, dice.once(in: 2) { return editBody(&dice) }
        goneNames[item.id] = item.name
        files[place.file].items.remove(at: place.item)
        if isUsed, !dice.once(in: 4) { replaceUses(of: item, &dice) }
        return "remove \(item.name)"
    }

    /// Lets everybody who names `item` name another of its kind.
    private mutating func replaceUses(of item: ModelItem, _ dice: inout Dice) {
        let other = some(item.form.kind, &dice)
        guard other != 0 else { return }
        for place in allPlaces { self[place].form = self[place].form.replacing(item.id, with: other) }
    }

    private mutating func rename(_ place: Place, _ dice: inout Dice) -> String {
        let old = self[place].name
        // Now and then the name of another declaration of the file, which makes a duplicate.
        let taken = dice.once(in: 8) ? dice.pick(files[place.file].items)?.name : nil
        self[place].name = taken ?? "r\(nextID)"
        nextID += 1
        return "rename \(old) to \(self[place].name)"
    }

    private mutating func move(_ place: Place, _ dice: inout Dice) -> String {
        let item = files[place.file].items.remove(at: place.item)
        let target = randomFile(&dice)
        files[target].items.insert(item, at: dice.roll(files[target].items.count + 1))
        return "move \(item.name) to \(files[target].path)"
    }

    private mutating func deleteOrRestoreFile(_ dice: inout Dice) -> String {
        guard files.count > 1 else { return nothing("file") }
        let file = 1 + dice.roll(files.count - 1)
        files[file].isDeleted.toggle()
        return "\(files[file].isDeleted ? "delete" : "restore") \(files[file].path)"
    }

    // MARK: - Looks

    private mutating func reorder(_ file: Int, _ dice: inout Dice) -> String {
        if dice.once(in: 2), files[file].items.count > 1 {
            let first = dice.roll(files[file].items.count - 1)
            files[file].items.swapAt(first, first + 1)
        } else {
            files[file].items.shuffle(using: &dice)
        }
        return "reorder \(files[file].path)"
    }

    private mutating func relayout(_ place: Place, _ dice: inout Dice) -> String {
        self[place].layout = dice.roll(6)
        return "white space in \(self[place].name)"
    }

    private mutating func insertAbove(_ place: Place, _ dice: inout Dice) -> String {
        let trivia = ["\n", "; a comment\n", "  ", "\n\n; @no = int(1)\n", ""]
        self[place].above = trivia[dice.roll(trivia.count)]
        return "text above \(self[place].name)"
    }

    // MARK: - Errors

    private mutating func breakSomething(_ place: Place, _ dice: inout Dice) -> String {
        let other = ModelOperand.name(self[dice.pick(allPlaces) ?? place].name)
        let breakage = dice.pick(ModelSource.breakages(ofItemNamed: self[place].name, other))
        self[place].breakage = breakage
        return "break \(self[place].name): \(breakage?.text(layout: 0) ?? "")"
    }

    private mutating func mend(_ dice: inout Dice) -> String {
        let broken = allPlaces.filter { self[$0].breakage != nil }
        guard !broken.isEmpty else { return nothing("breakage") }
        let isAll = dice.once(in: 2)
        for place in broken where isAll || dice.once(in: 2) { self[place].breakage = nil }
        return isAll ? "mend all" : "mend some"
    }

    /// Makes the project right again, so far as that is easy.
    mutating func mendAll() {
        for file in files.indices { files[file].isDeleted = false }
        for package in packages.indices {
            packages[package].isDeleted = false
            packages[package].breakage = nil
        }
        for place in allPlaces { self[place].breakage = nil }
    }
}

extension ModelForm {
    /// The same with another declaration in the place of `old`.
    func replacing(_ old: Int, with new: Int) -> ModelForm {
        func swap(_ id: Int) -> Int { id == old ? new : id }
        switch self {
        case .primitive, .string, .module: return self
        case .typeAlias(let type, let other, let kind): return .typeAlias(swap(type), of: swap(other), kind: kind)
        case .functionType(let shape, let a, let b): return .functionType(shape, number: swap(a), result: swap(b))
        case .number(let number): return .number(number.mapped(swap))
        case .comparison(let a, let op, let b): return .comparison(swap(a), op, swap(b))
        case .lengthPointer(let string): return .lengthPointer(swap(string))
        case .bytePointer(let string, let index): return .bytePointer(swap(string), index)
        case .pointerType(let type): return .pointerType(swap(type))
        case .global(let storage, let type, let initial, let isMutable):
            return .global(storage, type: swap(type), initial: swap(initial), isMutable: isMutable)
        case .function(let shape, let type, let body):
            return .function(shape, type: swap(type), body.map { $0.mapped(swap) })
        case .export(let symbol, let target, let linkage): return .export(symbol, swap(target), linkage: linkage)
        }
    }
}

extension ModelNumber {
    func mapped(_ swap: (Int) -> Int) -> ModelNumber {
        switch self {
        case .literal: self
        case .sum(let a, let b): .sum(swap(a), swap(b))
        case .sumWithLiteral(let a, let value): .sumWithLiteral(swap(a), value)
        case .coerced(let type, let value): .coerced(type: swap(type), swap(value))
        case .cast(let type, let value): .cast(type: swap(type), swap(value))
        case .loaded(let pointer): .loaded(swap(pointer))
        }
    }
}

extension ModelStatement {
    /// A call could become one of itself, so those to be made at run time turn into ones that are not.
    func mapped(_ swap: (Int) -> Int) -> ModelStatement {
        switch self {
        case .print(let id): .print(swap(id))
        case .printLocal, .breakpoint: self
        case .call(let id): swap(id) == id ? self : .never(swap(id))
        case .addCall(let id, let argument):
            swap(id) == id ? .addCall(id, argument: swap(argument)) : .never(swap(id))
        case .addNumber(let id): .addNumber(swap(id))
        case .branch(let condition, let then, let otherwise):
            .branch(
                condition: swap(condition), then: then.map { $0.mapped(swap) },
                otherwise: otherwise.map { $0.mapped(swap) })
        case .branchOnNumber(let number, let value, let then, let otherwise):
            .branchOnNumber(
                swap(number), equals: value, then: then.map { $0.mapped(swap) },
                otherwise: otherwise.map { $0.mapped(swap) })
        case .never(let id): .never(swap(id))
        case .address(let id): .address(swap(id))
        case .addGlobal(let id): .addGlobal(swap(id))
        case .store(let id, let number): .store(swap(id), number: swap(number))
        case .neverThrough(let id): .neverThrough(swap(id))
        }
    }
}

extension ModelSource {
    /// What may stand in a declaration by mistake; `other` is some declaration, perhaps of another file.
    fileprivate static func breakages(ofItemNamed name: String, _ other: ModelOperand) -> [ModelSource] {
        let unreadable = ["fn(@t, {", "nonsense(1)", "int(", "str(\"open"]
        let instructions = [
            ModelInstruction("add", .name("nowhere"), .number(1)), ModelInstruction("add", .name(name), .number(1)),
            ModelInstruction("add", other, .number(1)), ModelInstruction("compileerror", .string("not yet")),
            ModelInstruction("primitive", .word("u8")), ModelInstruction("int", .number(300)),
            ModelInstruction("str", .string("a string")), ModelInstruction("as", .name("usize"), other),
            ModelInstruction("deref", other), ModelInstruction("fieldptr", other, .string("len")),
            ModelInstruction("cmp", other, .word("eq"), other),
            ModelInstruction("export", .string("symbol_1"), other),
            ModelInstruction("export", .string("_start"), other),
            ModelInstruction("import", .string("nowhere.zir")), ModelInstruction("import", .string("lib.zir")),
            ModelInstruction("import", .string("nowhere")), ModelInstruction("import", .string("p1")),
            ModelInstruction("condbr", .word("true"), .body([]), .body([])),
            ModelInstruction("fn", other, .body([ModelLine(local: 0, instruction: ModelInstruction("returnvoid"))])),
            ModelInstruction(
                "fn", other,
                .body([ModelLine(local: 0, instruction: ModelInstruction("call", other, .list([])))])),
        ]
        return unreadable.map(ModelSource.unreadable) + instructions.map(ModelSource.instruction)
    }
}
