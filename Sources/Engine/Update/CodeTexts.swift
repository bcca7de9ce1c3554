import BLAKE3
import Cache
import ELF

/// What the hashes of code are of: the code with all its fields zero, and its relocations. One text stands behind the
/// other, so that those of a batch of functions are hashed eight at a time.
struct CodeTexts: ~Copyable {
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private var count = 0
    /// Where the texts are.
    private var parts: [Range<Int>] = []

    /// Room for `capacity` bytes at first.
    init(capacity: Int) {
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit { memory.deallocate() }

    /// Bytes of a text besides those of code and relocations, and for a relocation, at most.
    private static let fixedSize = 32
    private static let relocationSize = 32

    /// Adds the text of code for `section`: `bytes`, or in `.bss` so many `zeros`. It is short, since most functions are:
    /// each 64 bytes take as long.
    mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, zeros: UInt64 = 0, alignment: UInt32, _ relocations: [RelocationRecord],
        in section: SectionID
    ) {
        let start = count
        reserve(CodeTexts.fixedSize + bytes.count + relocations.count * CodeTexts.relocationSize)
        put(section.rawValue)
        put(UInt8(truncatingIfNeeded: alignment.trailingZeroBitCount))
        put(UInt32(truncatingIfNeeded: bytes.count))
        if let first = bytes.baseAddress { (memory + count).copyMemory(from: first, byteCount: bytes.count) }
        count += bytes.count
        if section == .bss { put(zeros) }
        for relocation in relocations {
            put(relocation.offset)
            put(relocation.kind)
            put(relocation.target)
            put(relocation.addend)
        }
        parts.append(start..<count)
    }

    /// Puts `number` into reserved room, low byte first.
    private mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        memory.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    /// Makes room for a list of so many texts.
    mutating func reserveCapacity(_ count: Int) { parts.reserveCapacity(count) }

    private mutating func reserve(_ added: Int) {
        if added <= capacity - count { return }
        capacity = max(2 * capacity, count + added)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
    }

    /// Gives `take` the hashes of the texts, each with the place of its text in the order in which they were added.
    func hashes(_ take: (_ place: Int, _ hash: UInt64) -> Void) {
        Digest.hashes(of: parts, in: UnsafeRawBufferPointer(start: memory, count: count)) { take($0, $1.low) }
    }
}
