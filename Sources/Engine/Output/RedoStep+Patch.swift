import Cache
import ELF

extension RedoStep {
    /// The steps of `patch`, the header last.
    static func steps(_ patch: Patch) -> [RedoStep] {
        patch.steps.map { step in
            switch step {
            case .write(let offset, let bytes): .write(offset: offset, bytes: bytes)
            case .copy(let source, let destination, let count):
                .copy(source: source, destination: destination, count: count)
            }
        } + [.write(offset: 0, bytes: patch.header)]
    }
}
