import Foundation
import Testing

/// Where zbuild's own words go.
struct StandardStreamTests {
    /// A build whose words do not arrive is one whose caller learns nothing: it is said, and it is no success.
    @Test(arguments: ["", "--json", "explain", "check"])
    func fullDevice(_ arguments: String) throws {
        let example = try ExampleProject("hello")
        defer { example.remove() }
        let zbuild = try run("\(ZBuildProgram.path) \(arguments) > /dev/full", in: example)
        #expect(zbuild.status == 3)
        #expect(zbuild.errors.hasSuffix("zbuild: unable to write to standard output: No space left on device\n"))
    }

    /// Streams that are closed are not files of the project that are opened in their place.
    @Test func closedStreams() throws {
        let example = try ExampleProject("hello")
        defer { example.remove() }
        let printed = try example.run().output
        try FileManager.default.removeItem(atPath: example.program)
        let zbuild = try run("\(ZBuildProgram.path) <&- >&- 2>&-", in: example)
        #expect(zbuild.status == 3)
        #expect(try example.run().output == printed)
        let lock = try FileManager.default.attributesOfItem(atPath: example.folder.absolute(".zbuild/lock"))
        #expect(lock[.size] as? Int == 0)
        let check = try ChildProcess.run([ZBuildProgram.path, "check"], in: example.folder.path)
        #expect(check.status == 0)
    }

    private func run(_ command: String, in example: ExampleProject) throws -> ChildProcess {
        try ChildProcess.run(["/bin/sh", "-c", command], in: example.folder.path)
    }
}
