import Foundation
import Testing

/// The runner itself: expectations that do not hold, and texts that make no sense, fail their case.
@Suite struct UpdateRunnerTests {
    private static let program = """
        --- main.zir
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @start_type = fntype([], @noreturn, cc=Naked)
        @start = fn(@start_type, {
          %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, 3])
          %end = unreachable()
        })
        @entry = export("_start", @start)

        $ zbuild
        built

        """

    @Test func rightExpectationsHold() throws {
        let text = """
            built: analysed 5
            > everything was made: ...
            $ app
            exit 3
            $ at-once zbuild
            unchanged
            same executable
            """
        #expect(try failures(text).isEmpty)
    }

    @Test(arguments: [
        "unchanged", "built: analysed 4", "built: nonsense 1", "fallback 4", "main.zir:1:1: error: no", "! text",
        "symbols _start", "same executable", "patched executable", "missing cache", "present nothing",
        "$ app\nexit 4", "$ app", "$ app\nexit 3\n> text", "$ app\nexit 3\n! text", "$ zbuild",
        "$ zbuild\nunchanged\nreplaced executable", "$ zbuild --quiet\nexit 1", "$ zbuild --text\n> nothing",
        "built\n> nothing", "$ nothing", "no expectation", "--- touch a b", "--- edit main.zir\n- not there\n",
        "--- edit main.zir\nno sign",
        "--- truncate main.zir to nothing", "--- patch main.zir at 0\nxyz", "--- remove nothing",
    ])
    func wrongExpectationsFail(_ text: String) throws {
        let lines = try failures(text).map(\.line)
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0 >= 11 })
    }

    private func failures(_ text: String) throws -> [UpdateFailure] {
        let folder = try ProjectFolder()
        defer { folder.remove() }
        let path = folder.container + "/case.update"
        try Data((UpdateRunnerTests.program + text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return try UpdateRunner.failures(of: path)
    }
}
