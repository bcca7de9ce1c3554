import Foundation
import Glibc

/// A project in a temporary folder, named `app`, that goes with this value's owner.
///
/// Paths are relative to the project; `executable` and `cache` stand for the paths of those. Other packages are beside
/// it, at `../NAME`.
struct ProjectFolder {
    /// The folder that holds the project and nothing else.
    let container: String

    var path: String { container + "/app" }

    init() throws {
        let name = "zbuild-update-\(UUID().uuidString)"
        container = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: container) }

    /// Copies all that is in one folder into another.
    static func copyItems(in folder: String, to other: String, except left: [String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !left.contains(name) {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(other)/\(name)")
        }
    }

    /// Where `name` is.
    func absolute(_ name: String) -> String {
        switch name {
        case "executable": path + "/zbuild-out/bin/app"
        case "cache": path + "/.zbuild/x86_64-linux-debug.sqlite"
        default: "\(path)/\(name)"
        }
    }

    // MARK: - Edits

    /// Why an edit cannot be made.
    struct EditFailure: Error {
        var line: Int
        var message: String
    }

    /// Carries `edit` out, which stands on `line` of a case.
    func apply(_ edit: Edit, line: Int) throws {
        let files = FileManager.default
        switch edit {
        case .write(let path, let lines):
            let path = absolute(path)
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try write(lines, to: path)
        case .change(let path, let hunks, let keepsTime):
            try change(absolute(path), hunks, keepsTime: keepsTime)
        case .touch(let path):
            utimensat(AT_FDCWD, absolute(path), nil, 0)
        case .remove(let path):
            try files.removeItem(atPath: absolute(path))
        case .rename(let path, let destination):
            guard Glibc.rename(absolute(path), absolute(destination)) == 0 else {
                throw EditFailure(line: line, message: "unable to rename '\(path)'")
            }
        case .copy(let path, let destination):
            try files.copyItem(atPath: absolute(path), toPath: absolute(destination))
        case .makeFolder(let path):
            try files.createDirectory(atPath: absolute(path), withIntermediateDirectories: true)
        case .truncate(let path, let size):
            guard Glibc.truncate(absolute(path), size) == 0 else {
                throw EditFailure(line: line, message: "unable to truncate '\(path)'")
            }
        case .patch(let path, let offset, let bytes):
            try patch(absolute(path), offset, bytes, line)
        }
    }

    private func write(_ lines: [String], to path: String) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
    }

    private func change(_ path: String, _ hunks: [Edit.Hunk], keepsTime: Bool) throws {
        var lines = try ProjectFolder.text(path).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for hunk in hunks {
            guard !hunk.old.isEmpty else {
                lines += hunk.new
                continue
            }
            let places = lines.indices.filter { lines[$0...].starts(with: hunk.old) }
            guard let place = places.first, places.count == 1 else {
                throw EditFailure(line: hunk.line, message: "these lines stand \(places.count) times in the file")
            }
            lines.replaceSubrange(place..<(place + hunk.old.count), with: hunk.new)
        }
        let before = FileState(path)
        try write(lines, to: path)
        guard keepsTime, let before else { return }
        var times = [before.modified, before.modified]
        utimensat(AT_FDCWD, path, &times, 0)
    }

    private func patch(_ path: String, _ offset: Int, _ bytes: [UInt8], _ line: Int) throws {
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw EditFailure(line: line, message: "unable to open '\(path)'")
        }
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// All of a file.
    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}

/// What there is to know of a file, so that it can be compared with what was.
struct FileState {
    var bytes: Data
    var inode: UInt64
    var modified: timespec
    private var changed: timespec

    /// Nil if there is no file at `path`.
    init?(_ path: String) {
        var raw = stat()
        guard stat(path, &raw) == 0 else { return nil }
        bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        inode = UInt64(raw.st_ino)
        modified = raw.st_mtim
        changed = raw.st_ctim
    }

    /// Whether nobody wrote to the file or its inode between `self` and `other`.
    func isUntouched(_ other: FileState) -> Bool {
        bytes == other.bytes && inode == other.inode && FileState.isEqual(modified, other.modified)
            && FileState.isEqual(changed, other.changed)
    }

    private static func isEqual(_ a: timespec, _ b: timespec) -> Bool {
        a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec
    }
}
