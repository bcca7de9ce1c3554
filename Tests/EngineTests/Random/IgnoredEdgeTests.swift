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
