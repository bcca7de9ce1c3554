import TOML
import Testing

@testable import Engine

@Suite struct ManifestTests {
    @Test func whatItSays() throws {
        let manifest = try Manifest(
            Array(
                """
                [dependencies]
                text = { path = "../text" }
                "a b" = { path = "/opt/ab" }
                [package]
                name = "tool" # the program
                root = "./code//start.zir"
                [dependencies.far]
                path = "x/y"
                """.replacing("\"a b\"", with: "\"a.b\"").utf8))
        #expect(manifest.name == "tool")
        #expect(manifest.root == "code/start.zir")
        #expect(manifest.dependencies.map(\.name) == ["a.b", "far", "text"])
        #expect(manifest.dependencies.map(\.path) == ["/opt/ab", "x/y", "../text"])
    }

    @Test func whatItNeedNotSay() throws {
        let manifest = try Manifest(Array("package.name = \"tool\"".utf8))
        #expect(manifest.root == "src/main.zir")
        #expect(manifest.dependencies.isEmpty)
    }

    /// Each with the one-based place and the text of its error. `[package]` and a name stand before the text.
    @Test(arguments: [
        ("root = 3", "3:8: expected 'root', a string, in [package]"),
        ("root = \"main.c\"", "3:8: 'main.c' is not the path of a .zir file inside the package's folder"),
        ("root = \"/main.zir\"", "3:8: '/main.zir' is not the path of a .zir file inside the package's folder"),
        ("root = \"a.b.zir\"", "3:8: '.' or ':' in the name of the root file 'a.b.zir'"),
        ("  root   =   \"a:b.zir\"", "3:14: '.' or ':' in the name of the root file 'a:b.zir'"),
        ("[dependencies]\na = {}", "4:5: expected the folder of a package: a = { path = \"../a\" }"),
        ("[dependencies]\na = { path = \"\" }", "4:14: expected the folder of a package: a = { path = \"../a\" }"),
        ("[dependencies]\n\"a.b\" = 1", "4:9: expected the folder of a package: \"a.b\" = { path = \"../a.b\" }"),
        ("[dependencies]\n'' = { path = \"x\" }", "4:6: '' cannot be the name of a package"),
        ("[dependencies]\n'a/b' = { path = \"x\" }", "4:9: 'a/b' cannot be the name of a package"),
        ("[dependencies . a ]\nurl = 1", "3:1: expected the folder of a package: a = { path = \"../a\" }"),
        ("[ dependencies.a]\npath = 1", "4:8: expected the folder of a package: a = { path = \"../a\" }"),
        ("[dependencies]\r\na = 1\r\n", "4:5: expected the folder of a package: a = { path = \"../a\" }"),
    ])
    func wrong(text: String, error: String) throws {
        #expect(message("[package]\nname = \"n\"\n" + text) == error)
    }

    @Test(arguments: [
        ("", "1:1: expected a table [package]"), ("package = 1", "1:11: expected a table [package]"),
        ("[package]", "1:1: expected 'name', a string, in [package]"),
        ("\n [package]\nname = true", "3:8: expected 'name', a string, in [package]"),
        ("[package]\nname = \"\"", "2:8: '' cannot be the name of a program"),
        ("[package]\nname = \"a:b\"", "2:8: ':' in the name of a package: 'a:b'"),
        ("[package]\nname = \"a\"\0", "2:11: expected the end of the line"),
        (String(repeating: " ", count: 1 << 20) + "\n", "1:1: zbuild.toml is longer than 1 MiB"),
    ])
    func wrongFromTheStart(text: String, error: String) throws {
        #expect(message(text) == error)
    }

    private func message(_ text: String) -> String? {
        do throws(TOMLError) {
            _ = try Manifest(Array(text.utf8))
            return nil
        } catch {
            return "\(error.position.line + 1):\(error.position.column + 1): \(error.message)"
        }
    }

    /// Whatever stands in a manifest, reading it ends with a manifest or an error.
    @Test(arguments: 0..<20 as Range<UInt64>) func nonsense(seed: UInt64) {
        var dice = Dice(seed: seed)
        let words = [
            "[", "]", "{", "}", "=", ".", ",", "\"", "'", "#", "\n", " ", "[package]\n", "name", "root", "path",
            "[dependencies]\n", "name = \"a\"\n", "a = { path = \"b\" }\n", "1", "\r", "é", "\\", "\u{7f}",
        ]
        for _ in 0..<100 {
            let text = (0..<dice.roll(30)).map { _ in words[dice.roll(words.count)] }.joined()
            _ = try? Manifest(Array(text.utf8))
        }
    }
}
