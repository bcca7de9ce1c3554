// Names and numbers of the ELF specification (System V gABI, and the GNU notes), as it spells them.

/// Bytes of `e_ident`.
let EI_NIDENT = 16
/// First byte of every ELF file; `E`, `L` and `F` follow.
let ELFMAG0: UInt8 = 0x7F

let ELFCLASS32: UInt8 = 1
let ELFCLASS64: UInt8 = 2
let ELFDATA2LSB: UInt8 = 1
let ELFDATA2MSB: UInt8 = 2
let EV_CURRENT: UInt8 = 1
let ELFOSABI_NONE: UInt8 = 0

/// An executable whose segments stand at fixed addresses.
public let ET_EXEC: UInt16 = 2
/// Machine x86-64.
public let EM_X86_64: UInt16 = 62

/// A segment that is mapped into memory.
public let PT_LOAD: UInt32 = 1
/// A segment of notes.
public let PT_NOTE: UInt32 = 4
/// A segment that holds nothing and whose flags are the stack's.
public let PT_GNU_STACK: UInt32 = 0x6474_E551

/// The segment may be executed.
public let PF_X: UInt32 = 1
/// The segment may be written.
public let PF_W: UInt32 = 2
/// The segment may be read.
public let PF_R: UInt32 = 4

/// The unused section header 0.
public let SHT_NULL: UInt32 = 0
/// Content that the program defines.
public let SHT_PROGBITS: UInt32 = 1
/// Symbols.
public let SHT_SYMTAB: UInt32 = 2
/// NUL-terminated strings.
public let SHT_STRTAB: UInt32 = 3
/// Notes.
public let SHT_NOTE: UInt32 = 7
/// Memory without bytes in the file.
public let SHT_NOBITS: UInt32 = 8

/// The section is writable in memory.
public let SHF_WRITE: UInt64 = 1
/// The section is in memory.
public let SHF_ALLOC: UInt64 = 2
/// The section is code.
public let SHF_EXECINSTR: UInt64 = 4

/// Section number of an undefined symbol.
public let SHN_UNDEF: UInt16 = 0
/// Section number of a symbol whose value is a plain number.
public let SHN_ABS: UInt16 = 0xFFF1

let STB_LOCAL: UInt8 = 0
let STB_GLOBAL: UInt8 = 1
let STB_WEAK: UInt8 = 2

let STT_NOTYPE: UInt8 = 0
let STT_OBJECT: UInt8 = 1
let STT_FUNC: UInt8 = 2
let STT_FILE: UInt8 = 4

/// Note type of a build id; the note's owner is `GNU`.
let NT_GNU_BUILD_ID: UInt32 = 3
