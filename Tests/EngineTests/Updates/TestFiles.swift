import Cache
import Foundation
import Glibc
import Synchronization

@testable import Engine

/// The files of this machine with other stamps, under another clock, and with somebody who changes them while they are
/// read.
final class TestFiles: SourceFiles {
    private struct State {
        var now: Int64
        var stamp: @Sendable (FileIdentity) -> FileIdentity = { $0 }
        var whileReading: @Sendable (_ path: String) -> Void = { _ in }
    }

    private let state: Mutex<State>

    /// `now` is in nanoseconds since 1970.
    init(now: Int64) { state = Mutex(State(now: now)) }

    /// What the clock shows, in nanoseconds since 1970.
    var now: Int64 {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// What the file system makes of a file's size and times.
    var stamp: @Sendable (FileIdentity) -> FileIdentity {
        get { state.withLock { $0.stamp } }
        set { state.withLock { $0.stamp = newValue } }
    }

    /// What happens to a file after zbuild looked at its status and before it reads it.
    var whileReading: @Sendable (_ path: String) -> Void {
        get { state.withLock { $0.whileReading } }
        set { state.withLock { $0.whileReading = newValue } }
    }

    /// Has every file look as if it was changed last at `time`, as one that is edited in place.
    func stampAll(_ time: Int64) {
        stamp = { identity in
            FileIdentity(size: identity.size, modified: time, changed: time, inode: 1, device: 1)
        }
    }

    func time() -> Int64 { now }

    func status(_ path: UnsafePointer<CChar>) throws(SystemError) -> FileStatus? {
        guard let status = try FileSystem.status(path) else { return nil }
        return stamped(status)
    }

    func open(_ path: String) throws(SystemError) -> any SourceFile {
        TestFile(path: path, file: try SystemFiles().open(path), files: self)
    }

    fileprivate func stamped(_ status: FileStatus) -> FileStatus {
        var status = status
        status.identity = stamp(status.identity)
        return status
    }
}

private struct TestFile: SourceFile {
    let path: String
    let file: any SourceFile
    let files: TestFiles

    func status() throws(SystemError) -> FileStatus { files.stamped(try file.status()) }

    func read(count: Int) throws(SystemError) -> [UInt8] {
        files.whileReading(path)
        return try file.read(count: count)
    }
}
