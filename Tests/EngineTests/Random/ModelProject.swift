/// A project as the random tester thinks of it: what refers to what, not how it is spelled.
///
/// Nothing in here comes from the engine. `ModelProject+Text.swift` writes it as ZIR, `ModelProject+Making.swift` makes
/// one up, `ModelProject+Edits.swift` does what a person with an editor does, `ModelMeaning.swift` knows what it means.
struct ModelProject {
    /// The project's own first, then those beside it.
    var packages = [ModelPackage(folder: ModelPackage.own, name: ModelPackage.own, root: "main.zir")]
    var files: [ModelFile] = []
    /// The number of the next new declaration.
    var nextID = 1
    /// Names of declarations that are gone, for references that were left behind.
    var goneNames: [Int: String] = [:]
}

/// One file of the project.
struct ModelFile {
    /// Relative to the project folder.
    var path: String
    /// The number of the package that it is in.
    var package = 0
    var items: [ModelItem] = []
    /// A file that was deleted: it stays in the model, and may come back.
    var isDeleted = false
}

/// One declaration.
struct ModelItem {
    /// Who it is, whatever it is called and wherever it stands.
    var id: Int
    var name: String
    var form: ModelForm
    /// What is written instead of the instruction while it is broken.
    var breakage: ModelSource?
    /// Blank lines and comments before it.
    var above = ""
    /// How white space inside it is written.
    var layout = 0
}

/// What a declaration is.
indirect enum ModelForm {
    case primitive(String)
    case typeAlias(Int, of: Int, kind: String)
    case functionType(ModelShape, number: Int, result: Int)
    case number(ModelNumber)
    case comparison(Int, String, Int)
    case string(String)
    case lengthPointer(Int)
    case bytePointer(Int, Int)
    case function(ModelShape, type: Int, [ModelStatement])
    case pointerType(Int)
    case global(ModelStorage, type: Int, initial: Int, isMutable: Bool)
    case module(String)
    case export(String, Int, linkage: String)
}

/// The functions that there are.
enum ModelShape: CaseIterable {
    /// Naked, without result: the entry point.
    case start
    /// `fn() noreturn`.
    case exit
    /// `fn() void`.
    case action
    /// `fn(usize) usize`.
    case number
}

/// What a global holds.
enum ModelStorage: CaseIterable {
    /// A `usize`.
    case number
    /// The address of a function without result.
    case function
    /// The address of a global number.
    case pointer
}

/// A comptime number.
enum ModelNumber {
    /// The text says how it is spelled: decimal or not.
    case literal(Int, spelling: Int)
    case sum(Int, Int)
    case sumWithLiteral(Int, Int)
    case coerced(type: Int, Int)
    case cast(type: Int, Int)
    case loaded(Int)
}

/// A step of a function's body.
indirect enum ModelStatement {
    /// Writes the string declaration to standard output.
    case print(Int)
    /// Writes a string of the body's own.
    case printLocal(String)
    case call(Int)
    /// Adds what a function gives for a number, or a number itself, to the result.
    case addCall(Int, argument: Int)
    case addNumber(Int)
    /// Only one of the two is analysed.
    case branch(condition: Int, then: [ModelStatement], otherwise: [ModelStatement])
    case branchOnNumber(Int, equals: Int, then: [ModelStatement], otherwise: [ModelStatement])
    /// At run time always false, so that even a call of itself does no harm.
    case never(Int)
    case address(Int)
    /// Adds what a global number holds by then to the result.
    case addGlobal(Int)
    case store(Int, number: Int)
    /// A call of the function whose address a global holds, at run time never made.
    case neverThrough(Int)
    case breakpoint
}

extension ModelStatement {
    /// Whether it writes in any case.
    var writes: Bool {
        switch self {
        case .print, .printLocal: true
        default: false
        }
    }
}

/// What a declaration may be used as.
enum ModelKind: Equatable {
    case type(String)
    case functionType(ModelShape)
    case number
    case boolean
    case string
    case lengthPointer
    case bytePointer
    case function(ModelShape)
    case global(ModelStorage)
    case module
    case export
}

extension ModelForm {
    var kind: ModelKind {
        switch self {
        case .primitive(let kind), .typeAlias(_, _, let kind): .type(kind)
        case .functionType(let shape, _, _): .functionType(shape)
        case .number: .number
        case .comparison: .boolean
        case .string: .string
        case .lengthPointer: .lengthPointer
        case .bytePointer: .bytePointer
        case .function(let shape, _, _): .function(shape)
        case .pointerType: .type("pointer")
        case .global(let storage, _, _, _): .global(storage)
        case .module: .module
        case .export: .export
        }
    }
}

extension ModelProject {
    /// Where a declaration stands.
    struct Place {
        var file: Int
        var item: Int
    }

    /// Where a declaration stands, even if its file is deleted: those who name it go on doing so.
    func home(of id: Int) -> Place? {
        for (file, content) in files.enumerated() {
            if let item = content.items.firstIndex(where: { $0.id == id }) { return Place(file: file, item: item) }
        }
        return nil
    }

    func place(of id: Int) -> Place? {
        for (file, content) in files.enumerated() where !content.isDeleted {
            if let item = content.items.firstIndex(where: { $0.id == id }) { return Place(file: file, item: item) }
        }
        return nil
    }

    /// All declarations of a kind, those in deleted files apart.
    func ids(_ kind: ModelKind) -> [Int] {
        files.filter { !$0.isDeleted }.flatMap(\.items).filter { $0.form.kind == kind }.map(\.id)
    }

    var allPlaces: [Place] {
        files.indices.filter { !files[$0].isDeleted }.flatMap { file in
            files[file].items.indices.map { Place(file: file, item: $0) }
        }
    }

    subscript(place: Place) -> ModelItem {
        get { files[place.file].items[place.item] }
        set { files[place.file].items[place.item] = newValue }
    }
}
