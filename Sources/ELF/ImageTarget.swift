/// What an executable is made for: the layout of its structures and its processor.
public struct ImageTarget: Hashable, Sendable {
    /// Class and byte order, of headers, symbols, slots and positions.
    public var format: ELFFormat
    /// `EM_X86_64`, ...
    public var machine: UInt16

    /// A target.
    public init(format: ELFFormat, machine: UInt16) {
        self.format = format
        self.machine = machine
    }

    /// 64-bit x86, little-endian.
    public static let x86_64 = ImageTarget(format: .elf64Little, machine: EM_X86_64)
}
