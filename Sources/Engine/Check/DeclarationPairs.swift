import Cache

/// Which declaration of a clean build is which of the updated project: those of one key.
struct DeclarationPairs {
    private let built: ProgramSnapshot
    private let clean: ProgramSnapshot
    private var toClean: [DeclNumber: DeclNumber] = [:]
    private var toBuilt: [DeclNumber: DeclNumber] = [:]

    init(_ built: ProgramSnapshot, _ clean: ProgramSnapshot) {
        self.built = built
        self.clean = clean
        let numbers = Dictionary(clean.declarations.map { ($0.key, $0.number) }) { first, _ in first }
        for known in built.declarations {
            guard let number = numbers[known.key], toBuilt[number] == nil else { continue }
            toClean[known.number] = number
            toBuilt[number] = known.number
        }
    }

    /// The clean build's declaration of the name of `number`.
    func clean(_ number: DeclNumber) -> ProgramSnapshot.Known? { toClean[number].flatMap { clean[$0] } }

    /// The updated project's declaration of the name of the clean build's `number`.
    func built(_ number: DeclNumber) -> ProgramSnapshot.Known? { toBuilt[number].flatMap { built[$0] } }

    /// A relocation of the clean build in numbers of the updated project.
    func translate(_ relocation: RelocationRecord) -> RelocationRecord {
        var translated = relocation
        translated.target = toBuilt[relocation.target] ?? 0
        return translated
    }
}
