import BLAKE3
import Cache
import Semantics

/// Reads stored interfaces: what they hash to, and what they say.
///
/// Stored bytes name declarations by number, hashed ones by key: so the hash of a stored interface is that of what it
/// says, put together anew.
final class InterfaceReader {
    private let snapshot: ProgramSnapshot
    private let types = TypeTable()

    init(_ snapshot: ProgramSnapshot) { self.snapshot = snapshot }

    /// The interface; nil if there is none, or it is malformed, or of a module.
    func interface(_ known: ProgramSnapshot.Known) -> Interface? {
        do throws(MalformedBytes) {
            return try types.deserialize(known.state.interface[...], declaration: Update.declaration)
        } catch {
            return nil
        }
    }

    /// The path of the file that an `import` names; nil if it is none.
    func modulePath(_ known: ProgramSnapshot.Known) -> String? {
        guard known.state.interface.first == Update.moduleMarker else { return nil }
        return String(decoding: known.state.interface.dropFirst(), as: UTF8.self)
    }

    /// The hash of the answer that the stored interface gives.
    func hash(_ known: ProgramSnapshot.Known) -> UInt64 {
        if modulePath(known) != nil { return Update.hash(known.state.interface) }
        guard let interface = interface(known) else { return 0 }
        let seen = types.serialize(interface) { Digest.hash(Array(snapshot.name($0.rawValue).utf8)).bytes }
        return Update.hash(seen)
    }

    /// What people call it: its type.
    func describe(_ known: ProgramSnapshot.Known) -> String {
        if let path = modulePath(known) { return "'module \(path)'" }
        guard let interface = interface(known) else { return "(malformed)" }
        return "'\(types.name(of: interface.type))'"
    }
}
