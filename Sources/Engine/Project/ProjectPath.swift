/// Paths as they are kept and shown: relative to the project folder, worked out by their text alone. No symbolic link
/// is followed, so the same sources have the same names wherever they are checked out.
enum ProjectPath {
    /// The folder that `path` means in a file of `folder`; "" is the project folder.
    static func folder(_ path: String, from folder: String) -> String {
        let isAbsolute = path.hasPrefix("/") || folder.hasPrefix("/")
        var parts = path.hasPrefix("/") ? [] : components(folder[...])
        for part in components(path[...]) where part != "." {
            if part != ".." {
                parts.append(part)
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isAbsolute {
                parts.append(part)
            }
        }
        return (isAbsolute ? "/" : "") + joined(parts)
    }

    /// What stands between the slashes of `path`, as bytes: a slash with a combining mark behind it is a slash.
    static func components(_ path: Substring) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// `components` with slashes between them. One by one, and as strings: to join or append anything else, the
    /// standard library asks the runtime about its type, which takes 190,000 instructions.
    static func joined(_ components: some Sequence<Substring>) -> String {
        var text = ""
        var isFirst = true
        for component in components {
            if !isFirst { text += "/" }
            text += String(component)
            isFirst = false
        }
        return text
    }

    /// The path of `file`, which is relative to `folder`.
    static func file(_ file: String, in folder: String) -> String {
        folder.isEmpty || folder == "/" ? folder + file : "\(folder)/\(file)"
    }
}
