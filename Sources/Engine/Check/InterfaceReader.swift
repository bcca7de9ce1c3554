import BLAKE3
import Cache
import Semantics

/// Reads stored interfaces: what they hash to, and what they say.
///
/// Stored bytes name other declarations by number, hashed ones by key: so the hash of a stored interface is that of what
/// it says, put together anew.
final class InterfaceReader {
    private let snapshot: ProgramSnapshot
    private let types = TypeTable()

    init(_ snapshot: ProgramSnapshot) { self.snapshot = snapshot }

    /// The interface; nil if there is none, or it is malformed, or of a module.
    func interface(_ known: ProgramSnapshot.Known) -> Interface? {
        do throws(MalformedBytes) {
            return try types.deserialize(known.state.interface[...]) {
                Update.declaration($0, in: DeclIndex(known.number))
            }
        } catch {
            return nil
        }
    }

    /// The file that an `import` names; nil if it is none.
    private func module(_ known: ProgramSnapshot.Known) -> FileRow? {
        Update.importedFile(known.state.interface).flatMap(snapshot.file)
    }

    /// The hash of the answer that the stored interface gives.
    func hash(_ known: ProgramSnapshot.Known) -> UInt64 {
        if let file = module(known) { return Update.moduleHash(snapshot.identity(of: file)) }
        guard let interface = interface(known) else { return 0 }
        let seen = types.serialize(interface) { other in
            other.rawValue == known.number ? [] : (snapshot[other.rawValue]?.key ?? Digest()).bytes
        }
        return Update.hash(seen)
    }

    /// What people call it: its type.
    func describe(_ known: ProgramSnapshot.Known) -> String { words(known).map { "'\($0.type)'" } ?? "(malformed)" }

    /// Its type and its value, in words; nil if there is none, or it is malformed.
    func words(_ known: ProgramSnapshot.Known) -> (type: String, value: String?)? {
        if let file = module(known) { return ("module", file.path) }
        guard let interface = interface(known) else { return nil }
        let value = ValueText(types: types) { [snapshot] in snapshot.name($0.rawValue) }
        return (types.name(of: interface.type), value.text(of: interface))
    }
}
