import Engine

/// Which causes are shown where not everything is asked for.
///
/// What is used again as it was is no news. Of many alike below one cause the first few are shown, and a line that stands
/// for the others.
struct CauseSelection {
    /// How a cause is shown.
    enum Form {
        case line
        /// One line stands for it and others, so many in all, that are not shown.
        case summary(Int)
        case hidden
    }

    /// By the index of the cause.
    private(set) var forms: [Form]

    /// So many alike are shown.
    private static let shownAlike = 3

    /// `words` says what is alike of two causes.
    init(_ causes: [Cause], words: (Cause) -> String) {
        forms = causes.map { _ in .line }
        hideIdle(causes)
        let groups = Dictionary(grouping: leaves(causes)) { index in
            Likeness(parent: causes[index].parent, words: words(causes[index]))
        }
        for alike in groups.values where alike.count > CauseSelection.shownAlike + 1 {
            let others = alike.dropFirst(CauseSelection.shownAlike)
            for index in others { forms[index] = .hidden }
            if let first = others.first { forms[first] = .summary(others.count) }
        }
    }

    private struct Likeness: Hashable {
        var parent: Int?
        var words: String
    }

    /// Everything is shown.
    init(all causes: [Cause]) { forms = causes.map { _ in .line } }

    /// Hides what was reached again and is as it was, unless there is news below it.
    private mutating func hideIdle(_ causes: [Cause]) {
        var isNews = causes.map { $0.kind != .checked && ($0.kind != .reached || $0.outcome != .nothing) }
        for index in causes.indices.reversed() where isNews[index] {
            if let parent = causes[index].parent { isNews[parent] = true }
        }
        for (index, cause) in causes.enumerated() {
            guard let parent = cause.parent else { continue }
            if cause.kind == .reached && !isNews[index] || forms[parent].isHidden { forms[index] = .hidden }
        }
    }

    /// Those that have a cause and nothing shown below them.
    private func leaves(_ causes: [Cause]) -> [Int] {
        var isLeaf = causes.map { $0.parent != nil }
        for (index, cause) in causes.enumerated() where !forms[index].isHidden {
            if let parent = cause.parent { isLeaf[parent] = false }
        }
        return causes.indices.filter { isLeaf[$0] && !forms[$0].isHidden }
    }
}

extension CauseSelection.Form {
    var isHidden: Bool {
        if case .hidden = self { true } else { false }
    }
}
