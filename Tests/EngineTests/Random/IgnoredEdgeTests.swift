import Testing

@testable import Engine

/// A build that is deaf to one kind of edge is caught by the random tester.
///
/// The seeds are some of those with which `RandomEditTests` finds nothing in a build that hears everything.
@Suite struct IgnoredEdgeTests {
    @Test(arguments: [
        Deafness("exists", 10, IgnoredEdges(.exists)), Deafness("type", 5, IgnoredEdges(.type)),
        Deafness("value", 3, IgnoredEdges(.value)), Deafness("imported file", 15, .importedFile),
        Deafness("package entry", 17, .packageEntry),
    ])
    func deafnessToAKindIsCaught(_ deafness: Deafness) throws {
        let failure = try UpdateTester.failure(in: RandomEditTests.steps(deafness.seed), ignoring: deafness.edges)
        #expect(failure != nil)
    }

    private static let status = "@status = int(0)"

    /// The exit status is the first byte of a text.
    private static func content(_ byte: String) -> String {
        """
        @text = str("\(byte)b")
        @first = elemptr(@text, 0)
        @status = deref(@first)
        """
    }

    /// A cell begins with the address of a function that it does not name: it asks for the value of a constant, which
    /// stays as it is when the function has more code and moves.
    private static func address(_ body: String) -> String {
        """
        @status = int(0)
        @void = primitive(void)
        @action = fntype([], @void)
        @grows = fn(@action, {
        \(body)
          %end = returnvoid()
        })
        @grows_now = bitcast(@action, @grows)
        @chosen = bitcast(@action, @grows_now)
        @cell = global(@action, @chosen, mutable=1)
        @caller = fn(@action, {
          %function = deref(@cell)
          %called = call(%function, [])
          %end = returnvoid()
        })
        @also = export("also", @caller)
        """
    }

    /// Instructions for as much code as is asked for.
    private static func stores(_ count: Int) -> String {
        (0..<count).map { "  %c\($0) = alloc(@usize)\n  %s\($0) = store(%c\($0), \($0))" }.joined(separator: "\n")
    }

    /// What seldom shows in a random project: an edit that is made for it.
    @Test(arguments: [
        HandMade("content", IgnoredEdges(.body), content("a"), content("x")),
        HandMade("address", .address, address(stores(1)), address(stores(40))),
        HandMade("exported symbol", .exportedSymbol, status, status + "\n@again = export(\"_start\", @start)"),
    ])
    func deafnessToAKindIsCaughtByHand(_ edit: HandMade) throws {
        let steps = [edit.before, edit.after].map { SourceStep(sources: ["main.zir": HandMade.program + $0 + "\n"]) }
        #expect(try UpdateTester.failure(in: steps) == nil)
        #expect(try UpdateTester.failure(in: steps, ignoring: edit.edges) != nil)
    }
}

/// A kind of edge that is ignored, and an edit that it matters for.
struct HandMade: Sendable, CustomTestStringConvertible {
    var name: String
    var edges: IgnoredEdges
    var before: String
    var after: String

    init(_ name: String, _ edges: IgnoredEdges, _ before: String, _ after: String) {
        self.name = name
        self.edges = edges
        self.before = before
        self.after = after
    }

    var testDescription: String { name }

    /// Ends with `@status`.
    static let program = """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @start_type = fntype([], @noreturn, cc=Naked)
        @entry = export("_start", @start)
        @start = fn(@start_type, {
          %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, @status])
          %end = unreachable()
        })

        """
}

/// A kind of edge that is ignored, and the seed of a project in which that shows.
struct Deafness: Sendable, CustomTestStringConvertible {
    var name: String
    var seed: UInt64
    var edges: IgnoredEdges

    init(_ name: String, _ seed: UInt64, _ edges: IgnoredEdges) {
        self.name = name
        self.seed = seed
        self.edges = edges
    }

    var testDescription: String { name }
}
