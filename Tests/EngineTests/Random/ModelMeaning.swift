/// What an import leads to.
enum ModelImport {
    case file(Int)
    case error(String)
}

/// What a state of the model means: which modules it has, what each declaration is and holds, who asked what about whom,
/// and what an export reaches. Found out anew for each state, on demand, each thing once.
///
/// Nothing in here comes from the engine.
final class ModelMeaning {
    let project: ModelProject
    /// What is declared in the modules of the build.
    private(set) var declared: [ModelName: Declared] = [:]
    /// Declarations that need themselves, if there are any. What those asked depends on where one begins to look.
    private(set) var hasLoop = false
    private var exports: [ModelName] = []
    private var interfaces: [ModelName: ModelResult] = [:]
    private var bodies: [ModelName: ModelResult] = [:]
    private var inProgress: Set<ModelName> = []

    struct Declared {
        var file: Int
        var source: ModelSource
        var text: String
    }

    init(_ project: ModelProject) {
        self.project = project
        findModules()
    }

    /// The root file, and every file that an import names in one of those.
    private func findModules() {
        var files = [project.files.firstIndex { $0.path == project.packages[0].root }].compactMap { $0 }
        var next = 0
        while next < files.count {
            let file = files[next]
            next += 1
            for item in project.files[file].items {
                let name = name(of: item.name, in: file)
                // Of two with one name the first counts.
                guard declared[name] == nil else { continue }
                let source = project.source(of: item, in: file)
                declared[name] = Declared(file: file, source: source, text: source.text(layout: item.layout))
                guard case .instruction(let instruction) = source else { continue }
                if instruction.mnemonic == "export" { exports.append(name) }
                if instruction.mnemonic == "import", case .string(let path) = instruction.operands[0],
                    case .file(let target) = importedFile(path, from: file), !files.contains(target)
                {
                    files.append(target)
                }
            }
        }
    }

    /// The file that an import of `path` in `file` names, or what is wrong with it.
    func importedFile(_ path: String, from file: Int) -> ModelImport {
        if !path.hasSuffix(".zir") {
            guard let number = project.package(named: path, in: project.files[file].package) else {
                return .error("no entry")
            }
            let package = project.packages[number]
            if package.isDeleted { return .error("no zbuild.toml in \(package.folder)") }
            // Breaking it otherwise is no news for those who import it: the error stands in the file.
            if package.breakage != nil { return .error("the zbuild.toml in \(package.folder)") }
            if project.fileIndex(path, from: file).map({ project.files[$0].isDeleted }) ?? true {
                // Of a package that is called otherwise it is another file that is missed.
                return .error("no \(package.root) of \(package.name)")
            }
        }
        guard let target = project.fileIndex(path, from: file), !project.files[target].isDeleted else {
            return .error("no file")
        }
        return .file(target)
    }

    /// Who the declaration `part` of `file` is.
    func name(of part: String, in file: Int) -> ModelName { "\(identity(of: file)).\(part)" }

    /// What tells the module in a file from all others.
    func identity(of file: Int) -> String {
        let (path, package) = (project.files[file].path, project.files[file].package)
        let module = path.dropFirst(project.rootFolder(of: package).count).dropLast(4)
        let prefix = package == 0 ? "" : "\(project.packages[package].name):"
        return "\(path) \(prefix)\(module.split(separator: "/").joined(separator: "."))"
    }

    func isPresent(_ name: ModelName) -> Bool { declared[name] != nil }

    // MARK: - Answers

    /// What an import of `path` in `file` means.
    func answer(importing path: String, from file: Int) -> ModelAnswer {
        switch importedFile(path, from: file) {
        case .file(let target): .module(identity(of: target))
        case .error(let error): .noModule(error)
        }
    }

    func answer(_ question: ModelQuestion) -> ModelAnswer {
        guard isPresent(question.name) else { return .missing }
        if question.kind == .exists { return .found }
        guard let interface = interface(question.name).interface else { return .failure }
        guard question.kind == .content else { return .interface(interface) }
        return body(question.name).content.map { .content($0) } ?? .failure
    }

    /// What a declaration is.
    func interface(_ name: ModelName) -> ModelResult {
        if let known = interfaces[name] { return known }
        guard inProgress.insert(name).inserted else {
            hasLoop = true
            return ModelResult(state: .failed)
        }
        let result = analyse(name) { (analysis, root) throws(ModelStop) in
            ModelResult(interface: try analysis.interface(root))
        }
        inProgress.remove(name)
        interfaces[name] = result
        return result
    }

    /// What a declaration holds, or does. Requires that it is without error what it is.
    func body(_ name: ModelName) -> ModelResult {
        if let known = bodies[name] { return known }
        guard let interface = interface(name).interface else { return ModelResult(state: .blocked) }
        let result = analyse(name) { (analysis, root) throws(ModelStop) in
            ModelResult(content: try analysis.body(root, interface))
        }
        bodies[name] = result
        return result
    }

    private func analyse(
        _ name: ModelName, _ analyse: (inout ModelAnalysis, ModelInstruction) throws(ModelStop) -> ModelResult
    ) -> ModelResult {
        guard let declaration = declared[name], case .instruction(let root) = declaration.source else {
            return ModelResult(state: .failed)
        }
        var analysis = ModelAnalysis(self, name, in: declaration.file)
        var result: ModelResult
        do throws(ModelStop) {
            result = try analyse(&analysis, root)
        } catch {
            result = ModelResult(state: error == .failed ? .failed : .blocked)
        }
        result.questions = analysis.questions
        return result
    }

    // MARK: - Reach

    /// Everything that an export leads to.
    lazy var reached: Set<ModelName> = {
        var reached = Set(exports)
        var stack = exports
        while let name = stack.popLast() {
            for target in uses(of: name) where reached.insert(target).inserted { stack.append(target) }
        }
        return reached
    }()

    /// Whom a declaration asks about, and finds.
    private func uses(of name: ModelName) -> [ModelName] {
        let interface = interface(name)
        let hasBody = interface.interface?.hasBody ?? false
        return (interface.questions + (hasBody ? body(name).questions : [])).map(\.question)
            .filter { $0.kind != .exists && $0.kind != .file }.map(\.name)
    }
}
