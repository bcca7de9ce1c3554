/// One symbol of an ELF file: `Elf32_Sym`, `Elf64_Sym`.
public struct Symbol: Equatable, Sendable {
    /// What a symbol stands for; raw values are `STT_FUNC` and `STT_OBJECT`.
    public enum Kind: UInt8, Sendable {
        /// Data.
        case object = 1
        /// Code.
        case function = 2
    }

    /// How a global symbol behaves against others of its name; raw values are `STB_GLOBAL` and `STB_WEAK`.
    public enum Binding: UInt8, Sendable {
        /// There is only one.
        case global = 1
        /// Gives way to a global one.
        case weak = 2
    }

    /// Where its name stands in the section of strings; 0: none.
    public var name: UInt32 = 0
    /// Binding in the upper half, type in the lower.
    public var info: UInt8 = 0
    /// Visibility.
    public var other: UInt8 = 0
    /// Number of the section that it is in.
    public var section: UInt16 = SHN_UNDEF
    /// Address.
    public var value: UInt64 = 0
    /// Bytes.
    public var size: UInt64 = 0

    /// The null symbol.
    public init() {}

    /// What fills an entry that no symbol has: the name of a source file, empty. `nm` and debuggers pass over it.
    static var filler: Symbol {
        var symbol = Symbol()
        symbol.info = STT_FILE
        symbol.section = SHN_ABS
        return symbol
    }

    /// `STB_LOCAL`, ...
    public var binding: UInt8 { info >> 4 }
    /// `STT_FUNC`, ...
    public var type: UInt8 { info & 15 }
    /// Whether others of the same name are none of its business.
    public var isLocal: Bool { binding == STB_LOCAL }
    /// Whether it only fills an entry.
    public var isFiller: Bool { self == .filler }
}

extension Symbol: ELFStructure {
    static func size(_ format: ELFFormat) -> Int { format.is64Bit ? 24 : 16 }

    // The classes differ in the order of the fields.
    func encode(_ writer: inout FieldWriter, _ memory: inout MutableRawSpan) {
        writer.put(name, &memory)
        if !writer.format.is64Bit {
            writer.putWord(value, &memory)
            writer.putWord(size, &memory)
        }
        writer.put(info, &memory)
        writer.put(other, &memory)
        writer.put(section, &memory)
        if writer.format.is64Bit {
            writer.putWord(value, &memory)
            writer.putWord(size, &memory)
        }
    }

    init(_ reader: inout FieldReader) throws(ELFReaderError) {
        let is64Bit = reader.format.is64Bit
        name = try reader.take(UInt32.self)
        if !is64Bit {
            value = try reader.takeWord()
            size = try reader.takeWord()
        }
        info = try reader.take(UInt8.self)
        other = try reader.take(UInt8.self)
        section = try reader.take(UInt16.self)
        if is64Bit {
            value = try reader.takeWord()
            size = try reader.takeWord()
        }
    }
}
