import Cache
import ELF

/// Room that nothing uses any more. Holes are filled again and sections get smaller at their ends, but what a program
/// once needed stays reserved for it: where that is more than it needs now, everything is made anew.
extension Update {
    /// Bytes of waste that are not worth it, of the executable or of the cache.
    static let toleratedWaste: UInt64 = 1 << 20

    /// Throws if more than half of the executable that `result` makes would be waste. One that was just made never is:
    /// a third of its size, and a page for each section, is all that it has to grow in.
    func checkWaste(_ result: LinkResult) throws(UpdateStop) {
        let state = result.patch.state
        guard !result.isClean, state.fileSize > Update.toleratedWaste else { return }
        var used: UInt64 = 0
        for section in state.sections where section.id != .bss { used += section.size }
        used -= min(used, try UpdateStop.cache { () throws(CacheError) in try store.freeRoom() })
        guard state.fileSize / 2 > used + Update.toleratedWaste / 2 else { return }
        throw .fallback(.wastedRoom)
    }

    /// Throws if more than half of the cache is waste.
    func checkCacheWaste() throws(UpdateStop) {
        let free = try UpdateStop.cache { () throws(CacheError) in try store.freeBytes() }
        guard free > Int64(Update.toleratedWaste), free > store.size / 2 else { return }
        throw .fallback(.wastedRoom)
    }
}
