/// What tells a file from a changed or replaced one.
public struct FileIdentity: Equatable, Sendable {
    /// Bytes.
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
    /// Nanoseconds since 1970.
    public var changed: Int64
    /// Inode number.
    public var inode: UInt64
    /// Device number.
    public var device: UInt64

    /// An identity.
    public init(size: Int64, modified: Int64, changed: Int64, inode: UInt64, device: UInt64) {
        self.size = size
        self.modified = modified
        self.changed = changed
        self.inode = inode
        self.device = device
    }

    /// Whether the file may have changed after it was read without a change of its times: they are too close to the
    /// reading for the clock that stamps files (a tick is up to 10 ms; file systems without nanoseconds: 2 s).
    public func isRacy(readAt readTime: Int64) -> Bool {
        let age = readTime &- max(modified, changed)
        let hasNoNanoseconds = modified % 1_000_000_000 == 0 && changed % 1_000_000_000 == 0
        return age < 10_000_000 || hasNoNanoseconds && age < 2_000_000_000
    }
}

/// A file's identity in 64 bits, which every build compares for all files; 0 is that of a file that is not there.
///
/// Each step is a bijection of the bits so far and of what is mixed in, so identities that differ in one of the words never
/// have the same fingerprint. A text that is written in place by one of the same size is such a difference: its times
/// change together, and their distance stays. Others are the same by chance, 1 in 2^64.
public struct FileFingerprint: BitwiseCopyable, Equatable, Sendable {
    /// Its bits.
    let bits: UInt64

    /// That of a file that is not there.
    public static let none = FileFingerprint(bits: 0)

    /// As it was written.
    init(bits: UInt64) { self.bits = bits }

    /// That of a file which is, or was, as `identity` says; nil if it is not there.
    public init(_ identity: FileIdentity?) {
        guard let identity else {
            self = .none
            return
        }
        var bits = FileFingerprint.mixed(0, UInt64(bitPattern: identity.modified))
        bits = FileFingerprint.mixed(bits, UInt64(bitPattern: identity.changed &- identity.modified))
        bits = FileFingerprint.mixed(bits, UInt64(bitPattern: identity.size))
        bits = FileFingerprint.mixed(bits, identity.inode)
        bits = FileFingerprint.mixed(bits, identity.device)
        self.bits = bits == 0 ? 1 : bits
    }

    /// Multiplications by odd numbers and shifted exclusive ors, each of which can be undone (the finalizer of MurmurHash3).
    private static func mixed(_ bits: UInt64, _ word: UInt64) -> UInt64 {
        var bits = bits ^ word
        bits ^= bits >> 33
        bits &*= 0xFF51_AFD7_ED55_8CCD
        bits ^= bits >> 33
        bits &*= 0xC4CE_B9FE_1A85_EC53
        return bits ^ bits >> 33
    }
}
