import Testing

@testable import ELF

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// An executable in memory that is made once and then patched.
struct TestFile {
    var bytes: [UInt8] = []
    var state: ImageState
    let holes: MemoryHoleStore

    /// A clean image of what `build` puts into it.
    init(_ target: ImageTarget = .x86_64, _ build: (inout Image) throws -> Void) throws {
        holes = MemoryHoleStore()
        var image = Image(holes: holes, target: target)
        try build(&image)
        let patch = try image.finish()
        state = patch.state
        #expect(patch.apply(to: &bytes))
    }

    /// Patches the file with what `change` does.
    @discardableResult
    mutating func update(_ change: (inout Image) throws -> Void) throws -> Patch {
        var image = try open()
        try change(&image)
        let patch = try image.finish()
        #expect(patch.apply(to: &bytes))
        state = patch.state
        return patch
    }

    /// An image that patches the file.
    func open() throws -> Image {
        try Image(state, holes: holes, read: reader)
    }

    /// Reads the file as it is now.
    var reader: ImageReader {
        { [bytes] (offset, count) throws(ImageError) in
            guard let start = Int(exactly: offset), start <= bytes.count, count <= bytes.count - start else {
                throw .damaged(.reading)
            }
            return Array(bytes[start..<(start + count)])
        }
    }

    /// What a section holds.
    func content(_ section: SectionID) -> ArraySlice<UInt8> {
        let part = state.sections[Int(section.rawValue)]
        return bytes[Int(part.fileOffset)..<Int(part.fileOffset + part.size)]
    }

    /// The room in the file behind what a section holds.
    func free(_ section: SectionID) -> ArraySlice<UInt8> {
        let part = state.sections[Int(section.rawValue)]
        return bytes[Int(part.fileOffset + part.size)..<Int(part.fileOffset + part.fileRoom)]
    }
}

extension ImageTarget: CustomTestStringConvertible {
    /// A processor of each class and byte order: x86-64, 386, PowerPC of both classes (System V gABI, `e_machine`).
    static let all = [
        ImageTarget.x86_64,
        ImageTarget(format: ELFFormat(is64Bit: false, isLittleEndian: true), machine: 3),
        ImageTarget(format: ELFFormat(is64Bit: false, isLittleEndian: false), machine: 20),
        ImageTarget(format: ELFFormat(is64Bit: true, isLittleEndian: false), machine: 21),
    ]

    /// What the test report calls it.
    public var testDescription: String {
        "\(format.is64Bit ? 64 : 32) bits, \(format.isLittleEndian ? "little" : "big")-endian"
    }
}

/// `exit_group(status)`.
func exitCode(_ status: UInt8) -> [UInt8] {
    [0xBF, status, 0, 0, 0, 0xB8, 231, 0, 0, 0, 0x0F, 0x05]  // mov edi, status; mov eax, 231; syscall
}

extension Image {
    /// Adds a block with this content and a local symbol for it.
    @discardableResult
    mutating func add(
        _ name: String, _ section: SectionID, _ content: [UInt8], alignment: UInt64 = 1
    ) throws -> Block {
        let size = UInt64(content.count)
        let block = try allocate(section, size: size, alignment: alignment)
        if section != .bss { try write(section, at: block.offset, content) }
        let kind: Symbol.Kind = section == .text ? .function : .object
        _ = try addLocalSymbol(Array(name.utf8), kind, section, offset: block.offset, size: size)
        return block
    }
}
