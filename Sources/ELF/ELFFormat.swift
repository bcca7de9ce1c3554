/// Class and byte order of an ELF file: what decides how each structure is laid out.
public struct ELFFormat: Hashable, Sendable {
    /// Class 64: addresses and offsets have eight bytes, else four.
    public var is64Bit: Bool
    /// Least significant byte first.
    public var isLittleEndian: Bool

    /// A format.
    public init(is64Bit: Bool, isLittleEndian: Bool) {
        self.is64Bit = is64Bit
        self.isLittleEndian = isLittleEndian
    }

    /// What zbuild's own executables are: class 64, little-endian.
    public static let elf64Little = ELFFormat(is64Bit: true, isLittleEndian: true)
}
