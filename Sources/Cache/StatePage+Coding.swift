// The packed form of a page's state records; schema/README.md has its layout.

/// Bits of a state record's first byte. A record that is as new has none of them.
private enum StateFlag {
    static let follows: UInt8 = 1
    static let isLive: UInt8 = 2
    static let isDormant: UInt8 = 4
    static let isStale: UInt8 = 8
    static let hasUserRows: UInt8 = 16
    static let hasLink: UInt8 = 32
    /// The interface is that of the first record of the page with the same hash of its type.
    static let hasKnownInterface: UInt8 = 64
    /// The hash of the code in its place is that of the code that was analysed.
    static let isLinkedAsAnalysed: UInt8 = 128
}

/// Bits of a state record's second byte above the two states of two bits each: which hashes are not 0, and follow.
private enum HashFlag {
    static let type: UInt8 = 16
    static let value: UInt8 = 32
    static let body: UInt8 = 64
    static let code: UInt8 = 128
}

/// Bits of an edge's number below the distance of its target: two of its kind, then these.
private enum EdgeFlag {
    static let isFromInterface: UInt64 = 4
    static let hasSeen: UInt64 = 8
    static let bits: UInt64 = 4
}

extension StatePage {
    /// Appends the records of a page.
    static func encode(
        _ records: UnsafeBufferPointer<StateRecord>, of page: PageNumber, into writer: inout ByteWriter
    ) {
        var number = firstDeclaration(of: page)
        guard let first = records.baseAddress else { return }
        var answers = PageAnswers()
        // By address: elements would be copied, and references to their arrays counted.
        for place in records.indices {
            let record = first + place
            writer.append(atMost: StateRecord.mostBytes(record)) {
                StateRecord.encode(record, of: number, &answers, into: &$0)
            }
            number &+= 1
        }
    }

    /// The page whose records these bytes are.
    init(number: PageNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        self.init(number: number)
        try records.withUnsafeMutableBufferPointer { (records) throws(Malformed) in
            try StatePage.decode(bytes, of: number, into: records)
        }
    }

    /// Reads the records of a page into 64 new ones.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, of number: PageNumber, into records: UnsafeMutableBufferPointer<StateRecord>
    ) throws(Malformed) {
        var reader = ByteReader(bytes)
        var declaration = StatePage.firstDeclaration(of: number)
        var answers = PageAnswers()
        for place in 0..<declarationsPerPage {
            try records[place].decode(of: declaration, &answers, from: &reader)
            declaration &+= 1
        }
        try reader.finish()
    }

    /// What targets, keepers and users are written relative to. Numbers of a page that is too high wrap: they are only
    /// a base for distances.
    private static func firstDeclaration(of page: PageNumber) -> DeclNumber { page &* DeclNumber(declarationsPerPage) }
}

extension StateRecord {
    /// Whether it is as new, like what is left of the last page of a file. A comparison with a new one would copy both.
    @inline(__always)
    private static func isNew(_ record: UnsafePointer<StateRecord>) -> Bool {
        guard !record.pointee.isLive, record.pointee.users.isEmpty, record.pointee.edges.isEmpty else { return false }
        if case .some = record.pointee.link { return false }
        let counts = record.pointee.edgesInEffect | record.pointee.userRowCount | record.pointee.passingUserCount
        let hashes =
            record.pointee.typeHash | record.pointee.valueHash | record.pointee.bodyHash | record.pointee.codeHash
        return !record.pointee.isDormant && !record.pointee.isStale && record.pointee.interfaceState == .none
            && record.pointee.bodyState == .none && record.pointee.keeper == 0 && record.pointee.rank == 0
            && record.pointee.interface.isEmpty && counts == 0 && hashes == 0 && record.pointee.compiledAt == 0
            && record.pointee.compiledFor == 0 && record.pointee.compiledAfter == 0
    }

    /// Bytes of a record at most.
    @inline(__always)
    fileprivate static func mostBytes(_ record: UnsafePointer<StateRecord>) -> Int {
        // Flags, states and reason; hashes; keeper, rank, counts of bytes and edges and of those in effect, two counts of
        // users, generation, cause. The rest is in lists.
        let fixed = 3 + 4 * ByteCursor.mostOfAnswer + 9 * ByteCursor.mostOfNumber + LinkRecord.mostBytes
        let edges = record.pointee.edges.count * (ByteCursor.mostOfNumber + ByteCursor.mostOfAnswer)
        let users = ByteCursor.mostOfNumbers(record.pointee.users.count)
        let relocations = record.pointee.link?.relocations.count ?? 0
        return fixed + record.pointee.interface.count + edges + users + ByteCursor.mostOfRelocations(relocations)
    }

    @inline(__always)
    fileprivate static func encode(
        _ record: UnsafePointer<StateRecord>, of number: DeclNumber, _ answers: inout PageAnswers,
        into cursor: inout ByteCursor
    ) {
        guard !isNew(record) else { return cursor.append(0) }
        let isInterfaceKnown = answers.interface(record.pointee.typeHash) == record.pointee.interface
        let isLinkedAsAnalysed = record.pointee.link?.codeHash == record.pointee.codeHash
        cursor.append(
            flags(record) | (isInterfaceKnown ? StateFlag.hasKnownInterface : 0)
                | (isLinkedAsAnalysed ? StateFlag.isLinkedAsAnalysed : 0))
        cursor.append(
            record.pointee.interfaceState.rawValue | record.pointee.bodyState.rawValue << 2 | hashFlags(record))
        cursor.append(record.pointee.keeper, near: number)
        cursor.append(zigzag: record.pointee.rank)
        if record.pointee.typeHash != 0 { answers.encode(record.pointee.typeHash, into: &cursor) }
        if record.pointee.valueHash != 0 { answers.encode(record.pointee.valueHash, into: &cursor) }
        if record.pointee.bodyHash != 0 { answers.encode(record.pointee.bodyHash, into: &cursor) }
        if record.pointee.codeHash != 0 { cursor.append(fixed: record.pointee.codeHash) }
        if !isInterfaceKnown {
            cursor.append(counted: record.pointee.interface)
            answers.note(record.pointee.interface, of: record.pointee.typeHash)
        }
        encodeEdges(record, of: number, &answers, into: &cursor)
        cursor.append(record.pointee.users, near: number)
        if record.pointee.userRowCount > 0 { cursor.append(varint: record.pointee.userRowCount) }
        cursor.append(varint: record.pointee.passingUserCount)
        record.pointee.link?.encode(of: number, isLinkedAsAnalysed ? nil : record.pointee.link?.codeHash, into: &cursor)
        cursor.append(varint: record.pointee.compiledAt)
        cursor.append(record.pointee.compiledFor)
        if record.pointee.compiledFor != 0 { cursor.append(record.pointee.compiledAfter, near: number) }
    }

    @inline(__always)
    private static func flags(_ record: UnsafePointer<StateRecord>) -> UInt8 {
        var flags = StateFlag.follows
        if record.pointee.isLive { flags |= StateFlag.isLive }
        if record.pointee.isDormant { flags |= StateFlag.isDormant }
        if record.pointee.isStale { flags |= StateFlag.isStale }
        if record.pointee.userRowCount > 0 { flags |= StateFlag.hasUserRows }
        // A comparison would copy it.
        if case .some = record.pointee.link { flags |= StateFlag.hasLink }
        return flags
    }

    @inline(__always)
    private static func hashFlags(_ record: UnsafePointer<StateRecord>) -> UInt8 {
        (record.pointee.typeHash != 0 ? HashFlag.type : 0) | (record.pointee.valueHash != 0 ? HashFlag.value : 0)
            | (record.pointee.bodyHash != 0 ? HashFlag.body : 0) | (record.pointee.codeHash != 0 ? HashFlag.code : 0)
    }

    @inline(__always)
    private static func encodeEdges(
        _ record: UnsafePointer<StateRecord>, of number: DeclNumber, _ answers: inout PageAnswers,
        into cursor: inout ByteCursor
    ) {
        let count = record.pointee.edges.count
        cursor.append(varint: UInt64(count))
        cursor.append(varint: record.pointee.edgesInEffect)
        for place in 0..<count {
            let edge = record.pointee.edges[place]
            var bits = UInt64(edge.kind.rawValue)
            if edge.isFromInterface { bits |= EdgeFlag.isFromInterface }
            if edge.seen != 0 { bits |= EdgeFlag.hasSeen }
            cursor.append(varint: zigzagged(Int64(edge.target) - Int64(number)) << EdgeFlag.bits | bits)
            if edge.seen != 0 { answers.encode(edge.seen, into: &cursor) }
        }
    }

    /// Reads the next record into a new one.
    fileprivate mutating func decode(
        of number: DeclNumber, _ answers: inout PageAnswers, from reader: inout ByteReader
    ) throws(Malformed) {
        let flags = try reader.byte()
        if flags == 0 { return }
        guard flags & StateFlag.follows != 0 else { throw .flags }
        isLive = flags & StateFlag.isLive != 0
        isDormant = flags & StateFlag.isDormant != 0
        isStale = flags & StateFlag.isStale != 0
        let states = try reader.byte()
        interfaceState = try analysisState(states & 3)
        bodyState = try analysisState(states >> 2 & 3)
        keeper = try reader.number(near: number)
        rank = try reader.zigzag()
        if states & HashFlag.type != 0 { typeHash = try answers.decode(from: &reader) }
        if states & HashFlag.value != 0 { valueHash = try answers.decode(from: &reader) }
        if states & HashFlag.body != 0 { bodyHash = try answers.decode(from: &reader) }
        if states & HashFlag.code != 0 { codeHash = try reader.fixed() }
        if flags & StateFlag.hasKnownInterface == 0 {
            interface = try reader.countedBytes()
            answers.note(interface, of: typeHash)
        } else {
            guard let known = answers.interface(typeHash) else { throw .flags }
            interface = known
        }
        try decodeEdges(of: number, &answers, from: &reader)
        users = DeclNumbers(try decodeNumbers(near: number, from: &reader))
        if flags & StateFlag.hasUserRows != 0 { userRowCount = try reader.varint32() }
        passingUserCount = try reader.varint32()
        if flags & StateFlag.hasLink != 0 {
            let known = flags & StateFlag.isLinkedAsAnalysed != 0 ? codeHash : nil
            link = try LinkRecord(of: number, codeHash: known, from: &reader)
        }
        compiledAt = try reader.varint()
        compiledFor = try reader.byte()
        if compiledFor != 0 { compiledAfter = try reader.number(near: number) }
    }

    private func analysisState(_ bits: UInt8) throws(Malformed) -> AnalysisState {
        guard let state = AnalysisState(rawValue: bits) else { throw .kind }
        return state
    }

    private mutating func decodeEdges(
        of number: DeclNumber, _ answers: inout PageAnswers, from reader: inout ByteReader
    ) throws(Malformed) {
        let count = try reader.count()
        edgesInEffect = try reader.varint32()
        guard edgesInEffect <= count else { throw .count }
        edges.reserveCapacity(count)
        for _ in 0..<count { edges.append(try EdgeRecord(of: number, &answers, from: &reader)) }
    }
}

extension EdgeRecord {
    fileprivate init(
        of number: DeclNumber, _ answers: inout PageAnswers, from reader: inout ByteReader
    ) throws(Malformed) {
        let bits = try reader.varint()
        guard let kind = EdgeKind(rawValue: UInt8(bits & 3)) else { throw .kind }
        self.init(
            target: try sum(number, unzigzagged(bits >> EdgeFlag.bits)), kind: kind,
            isFromInterface: bits & EdgeFlag.isFromInterface != 0,
            seen: bits & EdgeFlag.hasSeen != 0 ? try answers.decode(from: &reader) : 0)
    }
}

extension LinkRecord {
    /// Bytes without the relocations at most: section, hash, numbers.
    fileprivate static let mostBytes = 9 + 4 * ByteCursor.mostOfNumber

    /// `codeHash` is nil where it need not be written.
    @inline(__always)
    fileprivate func encode(of number: DeclNumber, _ codeHash: UInt64?, into cursor: inout ByteCursor) {
        cursor.append(section)
        cursor.append(varint: offset)
        cursor.append(varint: room)
        cursor.append(varint: size)
        if let codeHash { cursor.append(fixed: codeHash) }
        cursor.append(varint: symbol)
        cursor.append(relocations, near: number)
    }

    /// `codeHash` is nil where it was written.
    fileprivate init(
        of number: DeclNumber, codeHash: UInt64?, from reader: inout ByteReader
    ) throws(Malformed) {
        self.init(
            section: try reader.byte(), offset: try reader.varint(), room: try reader.varint(),
            size: try reader.varint(), codeHash: try Self.hash(codeHash, from: &reader), symbol: try reader.varint32(),
            relocations: try decodeRelocations(near: number, from: &reader))
    }

    private static func hash(_ known: UInt64?, from reader: inout ByteReader) throws(Malformed) -> UInt64 {
        if let known { known } else { try reader.fixed() }
    }
}
