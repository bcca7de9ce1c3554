extension CacheStore {
    /// What is to be done to the executable, and the generation of the update that decided it; nil if nothing is.
    public func redo() throws(CacheError) -> (row: RedoRow, generation: UInt64)? {
        try record(.redo, UInt64(0)) { (_, bytes) throws(Malformed) -> (row: RedoRow, generation: UInt64)? in
            guard !bytes.isEmpty else { return nil }
            var reader = ByteReader(bytes)
            let generation = try reader.varint()
            return (try RedoRow(from: &reader), generation)
        } ?? nil
    }

    /// Puts what is to be done to the executable in place of what is there.
    public func putRedo(_ row: RedoRow, generation: UInt64) throws(CacheError) {
        try putRecord(.redo, UInt64(0)) { writer in
            writer.append(varint: generation)
            row.encode(into: &writer)
        }
    }

    /// Says that nothing is to be done: an empty record does, for which no statement is needed that was not before.
    public func clearRedo() throws(CacheError) { try putRecord(.redo, UInt64(0)) { _ in } }
}
