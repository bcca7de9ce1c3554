import Foundation
import Semantics

@testable import CodeGen

/// A program of a `TestImage`: an ELF file with one segment, enough for the kernel.
struct TestExecutable {
    /// Where positions tables of these programs stand.
    static let positions = base + 0x10000
    /// Declarations that they are made of.
    static let start = DeclIndex(20)
    static let other = DeclIndex(21)

    private static let base: UInt64 = 0x40_0000

    private(set) var image = TestImage(base: base)
    private var positionEntries: [DeclIndex: (path: UInt64, name: UInt64, line: UInt32, column: UInt32)] = [:]

    /// Adds `code`.
    @discardableResult
    mutating func place(_ code: MachineCode, as declaration: DeclIndex = .none) -> UInt64 {
        image.place(code, as: declaration)
    }

    /// Adds a runtime, and puts its handler and sink into their slots.
    mutating func place(_ runtime: Runtime) -> UInt64 {
        let address = image.place(runtime.code)
        image.point(TestImage.handler, to: address + UInt64(runtime.handler))
        image.point(TestImage.sink, to: address + UInt64(runtime.sink))
        return address
    }

    /// Adds an entry of the positions table.
    mutating func locate(_ declaration: DeclIndex, path: String, name: String, line: UInt32, column: UInt32) {
        let (path, name) = (image.place(bytes: Array(path.utf8) + [0]), image.place(bytes: Array(name.utf8) + [0]))
        positionEntries[declaration] = (path, name, line, column)
    }

    /// Makes `address` what the slot of `declaration` holds.
    mutating func point(_ declaration: DeclIndex, to address: UInt64) { image.point(declaration, to: address) }

    /// Runs the program from `entry` on.
    func run(entry: UInt64) throws -> ChildProcess {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("zbuild-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(fileBytes(entry: entry)).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return try ChildProcess.run(file.path)
    }

    private func fileBytes(entry: UInt64) -> [UInt8] {
        var image = image
        while image.reserve(alignment: 64) < TestExecutable.positions {
            _ = image.place(bytes: Array(repeating: 0, count: 64))
        }
        let table = image.place(bytes: Array(repeating: 0, count: 16 * TestImage.slotCount))
        for (declaration, entry) in positionEntries {
            let address = table + 16 * UInt64(declaration.rawValue)
            image.put(entry.path | entry.name << 32, count: 8, at: address)
            image.put(UInt64(entry.line) | UInt64(entry.column) << 32, count: 8, at: address + 8)
        }
        image.link()
        putHeaders(&image, entry: entry)
        return image.bytes
    }

    /// The file header and one program header (System V ABI, "Object files").
    private func putHeaders(_ image: inout TestImage, entry: UInt64) {
        let base = TestExecutable.base
        let size = UInt64(image.bytes.count)
        let fields: [(value: UInt64, count: Int)] = [
            (0x0001_0102_464c_457f, 8), (0, 8), (2, 2), (62, 2), (1, 4), (entry, 8), (64, 8), (0, 8), (0, 4), (64, 2),
            (56, 2), (1, 2), (64, 2), (0, 2), (0, 2),
            (1, 4), (7, 4), (0, 8), (base, 8), (base, 8), (size, 8), (size, 8), (4096, 8),
        ]
        var address = base
        for field in fields {
            image.put(field.value, count: field.count, at: address)
            address += UInt64(field.count)
        }
    }
}
