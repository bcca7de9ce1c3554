import Foundation
import Testing

/// The projects in the folder Examples: each that says what its program prints does so.
struct ExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Examples").standardized.path

    /// The names of those with a file `expected.txt`.
    private static var names: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/expected.txt") }.sorted()
    }

    @Test(arguments: names)
    func printsWhatItShould(_ name: String) throws {
        let project = try ProjectFolder()
        defer { project.remove() }
        let example = "\(Self.folder)/\(name)"
        for file in try FileManager.default.contentsOfDirectory(atPath: example) where file.hasSuffix(".zir") {
            try FileManager.default.copyItem(atPath: "\(example)/\(file)", toPath: "\(project.path)/\(file)")
        }
        let build = try ChildProcess.run([ZBuildProgram.path], in: project.path)
        #expect(build.status == 0, "\(build.errors)")
        let program = try ChildProcess.run([project.absolute("executable")], in: project.path)
        #expect(program.status == 0)
        #expect(program.output == (try ProjectFolder.text("\(example)/expected.txt")))
    }

    @Test func examplesAreFound() {
        #expect(Self.names.count >= 2)
    }
}
