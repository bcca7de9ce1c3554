import Cache
import ELF

/// Room that nothing uses any more. Holes are filled again and sections get smaller at their ends, but what a program
/// once needed stays reserved for it: where that is more than it needs now, everything is made anew.
extension Update {
    /// Bytes by which the executable may be larger than it would have to be.
    private static let toleratedRoom: UInt64 = 64 << 10
    /// Bytes of free pages in the cache that are not worth it.
    private static let toleratedPages: Int64 = 1 << 20

    /// Throws if the executable that `result` makes would be more than three times as large as one that is made anew.
    ///
    /// A section that outgrew its room gets twice as much at the end of the file. So all the places that it ever had
    /// come to less than the last one: what only grows never gets there.
    func checkWaste(_ result: LinkResult) throws(UpdateStop) {
        let state = result.state
        guard !result.isClean, state.fileSize > Update.toleratedRoom else { return }
        // What was no waste before is none now.
        guard !result.changedSections.isEmpty || store.isFreeRoomOther else { return }
        let free = try UpdateStop.cache { () throws(CacheError) in try store.freeRoom() }
        guard state.fileSize > 3 * state.sizeAnew(free: free) + Update.toleratedRoom else { return }
        throw .fallback(.wastedRoom)
    }

    /// Throws if more than half of the cache is waste.
    func checkCacheWaste() throws(UpdateStop) {
        let free = store.freeBytes
        guard free > Update.toleratedPages, free > store.size / 2 else { return }
        throw .fallback(.wastedRoom)
    }
}
