// What the cache stores of interfaces and contents, and hashes. `identity` writes a declaration: by its number where
// the bytes are stored, by its key where they are hashed, by nothing where it is the one whose interface it is.

extension TypeTable {
    /// The canonical bytes of `interface`: equal interfaces have equal bytes, whatever else this table holds.
    public func serialize(_ interface: Interface, identity: (DeclIndex) -> [UInt8]) -> [UInt8] {
        withoutActuallyEscaping(identity) { identity in
            var writer = SemanticWriter(types: self, identity: identity)
            writer.writer.byte(interface.category.rawValue)
            writer.type(interface.type)
            writer.value(interface.value)
            return writer.writer.bytes
        }
    }

    /// The interface that `serialize` made `bytes` of. `declaration` finds a declaration by the bytes that name it.
    public func deserialize(
        _ bytes: ArraySlice<UInt8>, declaration: (ArraySlice<UInt8>) -> DeclIndex?
    ) throws(MalformedBytes) -> Interface {
        let result: Result<Interface, MalformedBytes> = withoutActuallyEscaping(declaration) { declaration in
            var reader = SemanticReader(bytes, types: self, declaration: declaration)
            return Result { () throws(MalformedBytes) in try reader.interface() }
        }
        return try result.get()
    }
}

extension TypeTable {
    /// The canonical bytes of `content`, to be hashed.
    public func serialize(_ content: Content, identity: (DeclIndex) -> [UInt8]) -> [UInt8] {
        withoutActuallyEscaping(identity) { identity in
            var writer = SemanticWriter(types: self, identity: identity)
            writer.writer.number(UInt64(content.alignment))
            writer.writer.string(content.bytes)
            writer.writer.number(content.zeros)
            writer.writer.number(UInt64(content.addresses.count))
            for address in content.addresses {
                writer.writer.number(UInt64(address.offset))
                writer.place(address.place)
            }
            return writer.writer.bytes
        }
    }
}

extension SemanticReader {
    fileprivate mutating func interface() throws(MalformedBytes) -> Interface {
        let category: Interface.Category = try reader.tag()
        let type = try type()
        let interface = Interface(category: category, type: type, value: try value(of: type))
        guard reader.isAtEnd else { throw MalformedBytes() }
        return interface
    }
}
