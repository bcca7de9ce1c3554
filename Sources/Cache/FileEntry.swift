/// A file of the build as every build looks at it: what tells whether it is what it was. Plain values, so that a table of
/// all files is one piece of memory; its path stands in the list that it is an entry of.
public struct FileEntry: Sendable {
    /// The file's number; 0 where a number is nobody's.
    public internal(set) var number: FileNumber = 0
    /// The package that it is a module of, or that it describes; 0 for a `zbuild.toml` that describes none.
    public var package: PackageNumber = 0
    /// Whether it is the `zbuild.toml` of a dependency, and no module.
    public var isManifest = false
    /// Whether it could be read; a missing file has no pages.
    public var isPresent = false
    /// Whether a chain of imports from the root file names it. What is not reached stays as long as the executable has
    /// something of it.
    public var isReached = false
    /// Whether declarations of it moved in the text since the executable was written: a build had errors.
    public var arePositionsPending = false
    /// Whether it may have changed after it was read without a change of its times.
    public private(set) var isRacy = false
    /// That of its identity when it was read.
    public private(set) var fingerprint = FileFingerprint.none
    /// Where its path begins in the texts of the list.
    var pathStart: UInt32 = 0
    /// Bytes of its path, without the 0 behind it.
    var pathCount: UInt32 = 0

    /// Nobody's.
    public init() {}

    /// As it was written.
    init(fingerprint: FileFingerprint, isRacy: Bool) {
        self.fingerprint = fingerprint
        self.isRacy = isRacy
    }

    /// Notes how the file was when it was read at `readTime`; nil if it is not there.
    public mutating func note(_ identity: FileIdentity?, readAt readTime: Int64) {
        fingerprint = FileFingerprint(identity)
        isRacy = identity?.isRacy(readAt: readTime) ?? false
    }

    /// Whether the file, which has this fingerprint now, may be another than the one that was read.
    public func isOutdated(_ now: FileFingerprint) -> Bool { isRacy || now != fingerprint }
}
