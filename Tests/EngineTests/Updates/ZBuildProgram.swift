import Glibc

/// The zbuild under test.
enum ZBuildProgram {
    /// The environment's ZBUILD, else the one built with these tests: in the folder of the test bundle or of this
    /// process, else in the package's folder of builds.
    static let path: String = {
        if let path = getenv("ZBUILD").map({ String(cString: $0) }), !path.isEmpty { return path }
        let arguments = CommandLine.arguments
        var folders: [String] = []
        if let option = arguments.firstIndex(of: "--test-bundle-path"), option + 1 < arguments.count {
            folders.append(folder(of: arguments[option + 1]))
        }
        folders.append(folder(of: arguments.first ?? ""))
        let package = folder(of: folder(of: folder(of: folder(of: #filePath))))
        folders.append("\(package)/.build/debug")
        let candidates = folders.map { "\($0)/zbuild" }
        return candidates.first { access($0, X_OK) == 0 } ?? candidates[candidates.count - 1]
    }()

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
