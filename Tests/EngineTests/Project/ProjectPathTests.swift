import Testing

@testable import Engine

@Suite struct ProjectPathTests {
    @Test(arguments: [
        ("../text", "", "../text"), ("./../text/", "", "../text"), (".", "", ""), ("a/..", "", ""),
        ("../text", "../app", "../text"), ("../../text", "../app", "../../text"), ("..", "", ".."),
        ("../..", "..", "../../.."), ("..", "../app", ".."), (".", "../app", "../app"), ("lib//a", "", "lib/a"),
        ("../b", "lib/a", "lib/b"), ("/opt/text", "../app", "/opt/text"), ("../b", "/opt/a", "/opt/b"),
        ("../../../b", "/opt/a", "/b"), ("/", "", "/"), ("..\u{301}", "a", "a/..\u{301}"),
        ("../\u{301}", "a", "\u{301}"),
    ])
    func folders(path: String, folder: String, result: String) {
        #expect(Array(ProjectPath.folder(path, from: folder).utf8) == Array(result.utf8))
    }

    @Test(arguments: [("a.zir", "", "a.zir"), ("a.zir", "../text", "../text/a.zir"), ("a.zir", "/", "/a.zir")])
    func files(file: String, folder: String, result: String) {
        #expect(ProjectPath.file(file, in: folder) == result)
    }
}
