// Makes up projects and declarations that are mostly right.

extension ModelProject {
    /// A project of one to four files with an entry point, types, constants, strings and functions.
    static func random(_ dice: inout Dice) -> ModelProject {
        var project = ModelProject()
        let folder = dice.once(in: 3) ? "src/" : ""
        let paths = ["main.zir", "lib.zir", "deep/text.zir", "deep/more.zir"]
        project.packages[0].root = folder + "main.zir"
        for path in paths.prefix(1 + dice.roll(4)) { project.files.append(ModelFile(path: folder + path)) }
        let ownFiles = project.files.count
        if dice.once(in: 2) { project.addPackages(&dice) }
        project.addBasics(&dice)
        // Seldom more declarations than a page of the cache has, and more users of one than its record has room for.
        let count = dice.once(in: 12) ? 100 : 4
        for _ in 0..<(count + dice.roll(20)) { project.addDeclaration(&dice) }
        let argument = dice.once(in: 15) ? project.addChain(&dice) : project.some(.number, &dice)
        project.addStart(argument: argument, entryFile: dice.roll(ownFiles), &dice)
        for file in project.files.indices where dice.once(in: 2) { project.files[file].items.shuffle(using: &dice) }
        project.importWhatIsNeeded(&dice)
        return project
    }

    private mutating func addBasics(_ dice: inout Dice) {
        for kind in ["void", "noreturn", "usize", "u8", "type"] {
            add(.primitive(kind), to: dice.roll(files.count), named: kind)
        }
        for shape in ModelShape.allCases { addFunctionType(shape, &dice) }
        addMade(.pointerType(some(.type("usize"), &dice)), "pointer", &dice)
        add(.number(.literal(dice.roll(200), spelling: 0)), to: 0, named: "first")
        add(.string("one\\n"), to: dice.roll(files.count), named: "text")
        addFunction(.action, &dice)
        addFunction(.number, &dice)
        addFunction(.exit, &dice)
        for storage in ModelStorage.allCases { addGlobal(storage, &dice) }
    }

    /// Numbers that each need the one before, more than are analysed one inside the other. Gives the last.
    private mutating func addChain(_ dice: inout Dice) -> Int {
        var last = some(.number, &dice)
        for _ in 0..<150 { last = addMade(.number(.sumWithLiteral(last, 0)), "c", &dice) }
        return last
    }

    private mutating func addStart(argument: Int, entryFile: Int, _ dice: inout Dice) {
        guard let type = dice.pick(ids(.functionType(.start))), let body = dice.pick(ids(.function(.number))) else {
            return
        }
        let form = ModelForm.function(.start, type: type, [.addCall(body, argument: argument)])
        let start = add(form, to: dice.roll(files.count), named: "start")
        add(.export("_start", start, linkage: "Strong"), to: entryFile, named: "entry")
    }

    /// Adds a declaration at the end of a file. Gives its number.
    @discardableResult
    mutating func add(_ form: ModelForm, to file: Int, named name: String) -> Int {
        let id = nextID
        nextID += 1
        files[file].items.append(ModelItem(id: id, name: name, form: form))
        return id
    }

    // MARK: - One declaration

    /// Adds a declaration of any kind, dead until something uses it. Gives its number.
    @discardableResult
    mutating func addDeclaration(_ dice: inout Dice) -> Int {
        switch dice.weighted([2, 2, 8, 3, 8, 2, 2, 14, 2, 1, 5]) {
        case 0: return addPrimitive(&dice)
        case 1: return addFunctionType(dice.pick([.action, .number, .exit]) ?? .action, &dice)
        case 2: return addMade(.number(randomNumber(&dice)), "n", &dice)
        case 3: return addMade(randomComparison(&dice), "b", &dice)
        case 4: return addMade(.string(ModelProject.randomText(&dice)), "s", &dice)
        case 5: return addMade(.lengthPointer(some(.string, &dice)), "lp", &dice)
        case 6: return addMade(.bytePointer(some(.string, &dice), dice.roll(3)), "bp", &dice)
        case 7: return addFunction(dice.once(in: 2) ? .action : .number, &dice)
        case 8: return addExport(&dice)
        case 10: return addGlobal(dice.pick(ModelStorage.allCases) ?? .number, &dice)
        default:
            let type = some(.type("type"), &dice)
            let kind = ["usize", "u8", "void"][dice.roll(3)]
            return addMade(.typeAlias(type, of: some(.type(kind), &dice), kind: kind), "a", &dice)
        }
    }

    @discardableResult
    private mutating func addMade(_ form: ModelForm, _ prefix: String, _ dice: inout Dice) -> Int {
        add(form, to: randomFile(&dice), named: "\(prefix)\(nextID)")
    }

    func randomFile(_ dice: inout Dice) -> Int {
        dice.pick(files.indices.filter { !files[$0].isDeleted }) ?? 0
    }

    private mutating func addPrimitive(_ dice: inout Dice) -> Int {
        let kind = ["usize", "u8", "void", "noreturn", "u64", "bool"][dice.roll(6)]
        return addMade(.primitive(kind), kind, &dice)
    }

    @discardableResult
    private mutating func addFunctionType(_ shape: ModelShape, _ dice: inout Dice) -> Int {
        let number = some(.type("usize"), &dice)
        let result: Int
        switch shape {
        case .start, .exit: result = some(.type("noreturn"), &dice)
        case .action: result = some(.type("void"), &dice)
        case .number: result = some(.type("usize"), &dice)
        }
        return addMade(.functionType(shape, number: number, result: result), "\(shape)_type", &dice)
    }

    @discardableResult
    private mutating func addFunction(_ shape: ModelShape, _ dice: inout Dice) -> Int {
        let type = some(.functionType(shape), &dice)
        let id = addMade(.function(shape, type: type, []), "f", &dice)
        if let place = place(of: id) {
            self[place].form = .function(shape, type: type, randomBody(of: id, shape, &dice))
        }
        return id
    }

    @discardableResult
    private mutating func addGlobal(_ storage: ModelStorage, _ dice: inout Dice) -> Int {
        let type: Int
        let initial: Int
        switch storage {
        case .number: (type, initial) = (some(.type("usize"), &dice), some(.number, &dice))
        case .function: (type, initial) = (some(.functionType(.action), &dice), some(.function(.action), &dice))
        case .pointer: (type, initial) = (some(.type("pointer"), &dice), some(.global(.number), &dice))
        }
        let isMutable = dice.once(in: 2)
        return addMade(.global(storage, type: type, initial: initial, isMutable: isMutable), "g", &dice)
    }

    private mutating func addExport(_ dice: inout Dice) -> Int {
        let linkage = ["Strong", "Weak", "Internal"][dice.roll(3)]
        let shape: ModelShape = dice.once(in: 2) ? .action : .number
        let symbol = "symbol_\(dice.roll(6))"
        let kind: ModelKind = dice.once(in: 3) ? .global(.pointer) : .function(shape)
        return addMade(.export(symbol, some(kind, &dice), linkage: linkage), "e", &dice)
    }

    /// Some declaration of a kind. 0, nobody, if there is none; mostly one that stands below nothing that needs it.
    func some(_ kind: ModelKind, _ dice: inout Dice) -> Int { dice.pick(ids(kind)) ?? 0 }

    // MARK: - Values

    func randomNumber(_ dice: inout Dice) -> ModelNumber {
        switch dice.weighted([10, 4, 6, 4, 2, 6, 1]) {
        case 0: return .literal(dice.roll(40), spelling: dice.roll(4))
        case 1: return .sum(some(.number, &dice), some(.number, &dice))
        case 2: return .sumWithLiteral(some(.number, &dice), dice.roll(4))
        case 3: return .coerced(type: some(.type(dice.once(in: 4) ? "u8" : "usize"), &dice), some(.number, &dice))
        case 4: return .cast(type: some(.type("u8"), &dice), some(.number, &dice))
        case 6: return .loaded(some(.global(.number), &dice))
        default:
            let pointer = dice.once(in: 2) ? some(.lengthPointer, &dice) : some(.bytePointer, &dice)
            return pointer == 0 ? .literal(7, spelling: 0) : .loaded(pointer)
        }
    }

    func randomComparison(_ dice: inout Dice) -> ModelForm {
        let op = ["lt", "lte", "eq", "gte", "gt", "neq"][dice.roll(6)]
        return .comparison(some(.number, &dice), op, some(.number, &dice))
    }

    static func randomText(_ dice: inout Dice) -> String {
        let words = ["one", "two", "three", "; no comment", "@no = declaration(", "{", "\\\"", "\\x41", "and so on "]
        let count = 1 + dice.roll(dice.once(in: 5) ? 40 : 4)
        return (0..<count).map { _ in words[dice.roll(words.count)] }.joined(separator: " ") + "\\n"
    }

    // MARK: - Bodies

    /// Functions that `id` may call so that the program ends: those of a smaller rank.
    private func callees(of id: Int, _ shape: ModelShape) -> [Int] {
        ids(.function(shape)).filter { $0 % 6 < id % 6 }
    }

    func randomBody(of id: Int, _ shape: ModelShape, _ dice: inout Dice) -> [ModelStatement] {
        guard shape != .exit else { return [] }
        return (0..<dice.roll(5)).map { _ in
            let statement = randomStatement(of: id, shape, &dice)
            return statement.references.contains(0) ? .breakpoint : statement
        }
    }

    func randomStatement(of id: Int, _ shape: ModelShape, _ dice: inout Dice, depth: Int = 0) -> ModelStatement {
        switch dice.weighted([4, 2, 5, 5, 4, 3, 3, 3, 1, 3, 2, 2]) {
        case 0: return .print(some(.string, &dice))
        case 1: return .printLocal(ModelProject.randomText(&dice))
        case 2: return dice.pick(callees(of: id, .action)).map { .call($0) } ?? .printLocal("none")
        case 3:
            let argument = some(.number, &dice)
            return dice.pick(callees(of: id, .number)).map { .addCall($0, argument: argument) } ?? .addNumber(argument)
        case 4: return .addNumber(some(.number, &dice))
        case 5 where depth < 2:
            let bodies = (0..<2).map { _ in
                (0..<dice.roll(3)).map { _ in randomStatement(of: id, .action, &dice, depth: depth + 1) }
            }
            let condition = some(.boolean, &dice)
            guard condition != 0, dice.once(in: 2) else {
                return .branchOnNumber(
                    some(.number, &dice), equals: dice.roll(9), then: bodies[0], otherwise: bodies[1])
            }
            return .branch(condition: condition, then: bodies[0], otherwise: bodies[1])
        case 6: return .never(some(.function([.action, .number, .exit][dice.roll(3)]), &dice))
        case 7:
            let kinds: [ModelKind] = [.string, .function(.action), .global(.function), .global(.pointer)]
            return .address(some(dice.pick(kinds) ?? .string, &dice))
        case 9: return .addGlobal(some(.global(.number), &dice))
        case 10: return dice.pick(mutableNumbers).map { .store($0, number: some(.number, &dice)) } ?? .breakpoint
        case 11: return .neverThrough(some(.global(.function), &dice))
        default: return .breakpoint
        }
    }

    private var mutableNumbers: [Int] {
        files.filter { !$0.isDeleted }.flatMap(\.items).filter { item in
            if case .global(.number, _, _, true) = item.form { true } else { false }
        }.map(\.id)
    }

    // MARK: - Imports

    /// Adds the imports without which a reference would lead nowhere; seldom one is forgotten.
    mutating func importWhatIsNeeded(_ dice: inout Dice) {
        for file in files.indices where !files[file].isDeleted {
            for item in files[file].items {
                for target in item.form.references where path(to: target, from: file) == nil {
                    guard let place = place(of: target), !dice.once(in: 200) else { continue }
                    addImport(of: place.file, to: file, &dice)
                }
            }
            if usizePath(from: file) == nil, let usize = ids(.type("usize")).first, let place = place(of: usize) {
                addImport(of: place.file, to: file, &dice)
            }
        }
    }

    mutating func addImport(of target: Int, to file: Int, _ dice: inout Dice) {
        let (package, other) = (files[file].package, files[target].package)
        guard package == other else {
            let name = packageImport(of: other, in: file, &dice)
            addImport(named: name, to: file, &dice)
            guard let root = rootFile(of: name, in: package), root != target, module(from: root, to: target) == nil
            else { return }
            return addImport(of: target, to: root, &dice)
        }
        let here = files[file].path.split(separator: "/").dropLast()
        let there = files[target].path.split(separator: "/")
        let shared = zip(here, there).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: here.count - shared)
        let path = (up + there.dropFirst(shared).map(String.init)).joined(separator: "/")
        addImport(named: path, to: file, &dice)
    }

    /// Once is enough: an import that leads nowhere now, because its package has another root, does not lead there twice.
    private mutating func addImport(named path: String, to file: Int, _ dice: inout Dice) {
        let isThere = files[file].items.contains { item in
            if case .module(path) = item.form { true } else { false }
        }
        if isThere { return }
        let id = add(.module(path), to: file, named: "m\(nextID)")
        guard let place = place(of: id), dice.once(in: 2) else { return }
        let item = files[file].items.remove(at: place.item)
        files[file].items.insert(item, at: 0)
    }
}

extension ModelForm {
    /// The declarations that it names.
    var references: [Int] {
        switch self {
        case .primitive, .string, .module: []
        case .typeAlias(let type, let other, _): [type, other]
        case .functionType(_, let number, let result): [number, result]
        case .number(let number): number.references
        case .comparison(let a, _, let b): [a, b]
        case .lengthPointer(let string), .bytePointer(let string, _): [string]
        case .pointerType(let type): [type]
        case .global(_, let type, let initial, _): [type, initial]
        case .function(_, let type, let body): [type] + body.flatMap(\.references)
        case .export(_, let target, _): [target]
        }
    }
}

extension ModelNumber {
    var references: [Int] {
        switch self {
        case .literal: []
        case .sum(let a, let b): [a, b]
        case .sumWithLiteral(let a, _), .loaded(let a): [a]
        case .coerced(let type, let value), .cast(let type, let value): [type, value]
        }
    }
}

extension ModelStatement {
    var references: [Int] {
        switch self {
        case .print(let id), .call(let id), .addNumber(let id), .never(let id), .address(let id), .addGlobal(let id),
            .neverThrough(let id):
            [id]
        case .store(let global, let number): [global, number]
        case .printLocal, .breakpoint: []
        case .addCall(let function, let argument): [function, argument]
        case .branch(let condition, let then, let otherwise): [condition] + (then + otherwise).flatMap(\.references)
        case .branchOnNumber(let number, _, let then, let otherwise):
            [number] + (then + otherwise).flatMap(\.references)
        }
    }
}
