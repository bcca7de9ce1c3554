import ArgumentParser
import Engine
import Glibc

/// The command line: words in, an exit status out.
///
/// Exit status: 0 built, 1 the sources have errors, 2 wrong use, 3 zbuild could not do its work.
enum CommandLineTool {
    static func run() -> Int32 {
        do {
            try runCommand()
            return 0
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let error as ProjectError {
            return report(error)
        } catch {
            let isSuccess = ZBuildCommand.exitCode(for: error).isSuccess
            Console.write(ZBuildCommand.fullMessage(for: error) + "\n", to: isSuccess ? .output : .error)
            return isSuccess ? 0 : ExitStatus.wrongUse.rawValue
        }
    }

    /// Taking no arguments apart takes twice as long as finding that there is nothing to build, so without arguments
    /// there is no parser, and none of its types.
    private static func runCommand() throws {
        guard CommandLine.argc > 1 else { return try BuildRequest().run() }
        var command = try ZBuildCommand.parseAsRoot()
        try command.run()
    }

    private static func report(_ error: ProjectError) -> Int32 {
        switch error {
        case .manifest:
            Console.write("\(error)\n", to: .error)
            return ExitStatus.wrongUse.rawValue
        case .usage:
            Console.write("zbuild: \(error)\n", to: .error)
            return ExitStatus.wrongUse.rawValue
        case .system, .cache:
            Console.write("zbuild: \(error)\n", to: .error)
            return ExitStatus.failure.rawValue
        }
    }
}

/// How a run ends where it does not end well.
enum ExitStatus: Int32, Error {
    /// The sources have errors, or a check found something.
    case sourcesHaveErrors = 1
    /// The command was used wrongly, or the manifest is wrong.
    case wrongUse = 2
    /// The disk, permissions: zbuild could not do its work.
    case failure = 3
}

struct ZBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zbuild",
        abstract: "Keeps a native executable up to date with its ZIR sources.",
        discussion: """
            In a folder with zbuild.toml, src/main.zir or main.zir, 'zbuild' compiles what changed since the last run \
            and patches it into the executable zbuild-out/bin/NAME.

            Exit status: 0 built, 1 the sources have errors, 2 wrong use, 3 zbuild could not do its work.
            """,
        version: Version.text,
        subcommands: [
            BuildCommand.self, RunCommand.self, ExplainCommand.self, CheckCommand.self, CacheCommand.self,
            CleanCommand.self,
        ],
        defaultSubcommand: BuildCommand.self)
}

/// Which of the project's executables is meant: each has a cache of its own, and they do not disturb each other.
struct VariantOptions: ParsableArguments {
    @Option(help: "Checks and speed: debug, safe, fast or small.")
    var optimize: Mode = .debug

    @Option(help: "What the executable runs on: x86_64-linux is all there is.")
    var target: Target = .x86_64Linux

    /// A build of that variant, with nothing else asked for.
    var buildOptions: BuildOptions { BuildOptions(mode: optimize.mode) }
}

/// Options of whatever builds.
struct CommonOptions: ParsableArguments {
    @OptionGroup var variant: VariantOptions

    @Flag(help: "Say why each declaration was compiled, and what the linker did.")
    var explain = false

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Explain everything, not only the most important.")
    var verbose = false

    @Option(help: "Colour: auto, always or never.")
    var color: ColorChoice = .auto

    @Flag(help: "Say what each phase of the build took: time, rows and bytes of the cache.")
    var stats = false

    @Option(help: ArgumentHelp("Write when each phase began and ended, for Perfetto.", valueName: "file"))
    var trace: String?

    var request: BuildRequest {
        BuildRequest(
            mode: variant.optimize.mode, explain: explain, json: json, quiet: quiet, verbose: verbose, color: color,
            stats: stats, trace: trace)
    }
}

struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Bring the executable up to date (what zbuild does by itself).")

    @OptionGroup var options: CommonOptions

    func run() throws { try options.request.run() }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Bring the executable up to date, then run it.")

    @OptionGroup var options: CommonOptions

    @Argument(parsing: .captureForPassthrough, help: "Arguments of the program, after --.")
    var arguments: [String] = []

    func run() throws {
        let report = try options.request.build(summary: .error, isQuietIfUnchanged: true)
        let passed = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
        try execute(report.output, passed)
    }

    /// Becomes the program: the project's lock is released, and nothing of zbuild is left.
    private func execute(_ path: String, _ arguments: [String]) throws {
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        signal(SIGXFSZ, SIG_DFL)
        execv(path, &words)
        let code = errno
        for word in words { free(word) }
        Console.write("zbuild: unable to run '\(path)': \(String(cString: strerror(code)))\n", to: .error)
        throw ExitStatus.failure
    }
}

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Remove what zbuild made, and nothing else.")

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    func run() throws {
        let removed = try Engine.clean(BuildOptions(mode: .debug))
        guard !quiet else { return }
        Console.write(removed.isEmpty ? "nothing to remove\n" : removed.map { "removed \($0)\n" }.joined(), to: .output)
    }
}
