import Glibc

/// The two streams to a person.
enum Console {
    /// The code of the error for which something could not be written: the disk that a stream goes to is full, say.
    nonisolated(unsafe) private(set) static var failure: Int32?

    /// Opens /dev/null for each of the standard descriptors that is closed, the wrong way round: to use it stays an error,
    /// and no file that zbuild opens is taken for it.
    static func claimDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    enum Stream {
        case output, error

        var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
    }

    /// Writes all of `text`; what goes wrong is in `failure`. One thread writes.
    static func write(_ text: String, to stream: Stream) {
        write(Array(text.utf8), to: stream)
    }

    /// Writes all of `pieces`, at once.
    static func write(_ pieces: [String], to stream: Stream) {
        var bytes: [UInt8] = []
        for piece in pieces { bytes += piece.utf8 }
        write(bytes, to: stream)
    }

    /// Writes all of `bytes`.
    static func write(_ bytes: [UInt8], to stream: Stream) {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(stream.descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0 && errno != EINTR {
                    failure = errno
                    return
                }
                done += max(count, 0)
            }
        }
    }

    /// Says that another zbuild holds the project.
    static let waiting: @Sendable (Int32) -> Void = { owner in
        write("zbuild: waiting for process \(owner), which is building this project\n", to: .error)
    }

    /// Whether text on `stream` may have colours: it is a terminal, and the environment does not forbid it.
    static func usesColor(_ choice: ColorChoice, _ stream: Stream) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: getenv("NO_COLOR") == nil && isatty(stream.descriptor) == 1
        }
    }
}
