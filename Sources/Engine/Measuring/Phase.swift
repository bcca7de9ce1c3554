/// What a build does, in the order in which a program passes.
public enum Phase: Int, CaseIterable, Sendable {
    /// Finds the project, locks it, opens its cache, and sees whether the cache and the executable can be used.
    case project
    /// Finds out which files are not what they were, reads them, and cuts them into declarations; parses those of new files.
    case scan
    /// Compares declarations with what was, and parses those that are not the same.
    case diff
    /// Marks what a change may concern.
    case invalidate
    /// Analyses declarations.
    case analyse
    /// Makes their data, and takes their machine code.
    case generate
    /// Gives code and data their places in the executable.
    case link
    /// Writes the cache and the executable.
    case commit
    /// Says what was done and why.
    case report

    /// What messages and `--json` call it.
    public var name: String { "\(self)" }
}
