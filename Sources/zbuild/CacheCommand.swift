import ArgumentParser
import Engine

/// `zbuild cache ...`: for who wants to look into what zbuild remembers.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Look into what zbuild remembers.", subcommands: [CacheExportCommand.self])
}

struct CacheExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what zbuild remembers into a plain SQLite database.",
        discussion: """
            The tables of FILE are described in schema/README.md. A file that is no export is not overwritten. The cache \
            stays as it is.

            Exit status: 0 written, 2 nothing was built yet or FILE is something else, 3 zbuild could not do its work.
            """)

    @Argument(help: ArgumentHelp("The database to write.", valueName: "file"))
    var file: String

    @OptionGroup var variant: VariantOptions

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    func run() throws {
        let options = variant.buildOptions
        let count = try Engine.exportCache(options, to: file)
        guard !quiet else { return }
        Console.write("exported \(grouped(count)) declarations → \(file)\n", to: .output)
    }
}
