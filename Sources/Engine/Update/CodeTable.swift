import Cache
import ELF
import Semantics

/// Machine code made in this run or waiting in the cache, of each declaration that has any.
///
/// What was made together stays where it was made, and a declaration has the place of its code there, which is two
/// numbers: so nobody copies code, or counts references to it, before it is written.
final class CodeTable {
    /// Where the code of a declaration stands.
    struct Place: Sendable {
        /// The number of the batch that it was made with.
        var batch: UInt32
        var index: UInt32

        fileprivate static let none = Place(batch: .max, index: .max)
    }

    private let places = DeclPages<Place>()
    /// The first holds what was made by itself.
    private let known = FlatTable<[GeneratedCode]>()

    init() { known.append([]) }

    /// All code, by batch.
    var batches: [[GeneratedCode]] { Array(known.elements) }

    /// The code of a declaration.
    subscript(declaration: DeclIndex) -> GeneratedCode? {
        get { place(of: declaration).map { self[$0] } }
        set {
            var place = Place.none
            if let newValue {
                place = Place(batch: 0, index: UInt32(known[0].count))
                known.change(0) { $0.append(newValue) }
            }
            put(place, of: declaration)
        }
    }

    /// The code at a place.
    subscript(place: Place) -> GeneratedCode {
        @inline(__always) _read { yield known.elements[Int(place.batch)][Int(place.index)] }
    }

    /// What of code decides where it is placed.
    struct Shape {
        var section: SectionID
        var size: UInt64
        var alignment: UInt32
    }

    /// That of the code at a place.
    func shape(at place: Place) -> Shape {
        let (batch, index) = (Int(place.batch), Int(place.index))
        return Shape(
            section: known.elements[batch][index].section, size: known.elements[batch][index].size,
            alignment: known.elements[batch][index].alignment)
    }

    /// The hash of the code at a place.
    func hash(at place: Place) -> UInt64 { known.elements[Int(place.batch)][Int(place.index)].hash }

    /// Where the code of a declaration stands, if it has any.
    func place(of declaration: DeclIndex) -> Place? {
        guard let place = places.loaded(declaration)?.pointee, place.batch != Place.none.batch else { return nil }
        return place
    }

    /// Says where the code of a declaration stands.
    func put(_ place: Place, of declaration: DeclIndex) {
        places.element(declaration, orNew: Place.none).pointee = place
    }

    /// Takes what was made together, which is nobody's yet. Gives the number of the batch.
    func add(_ batch: [GeneratedCode]) -> UInt32 {
        known.append(batch)
        return UInt32(known.count - 1)
    }

    /// Who has code, in the order of their numbers.
    var declarations: [DeclIndex] {
        var declarations: [DeclIndex] = []
        for page in places.loadedPages {
            for (place, code) in places.elements(page).enumerated() where code.batch != Place.none.batch {
                declarations.append(DeclIndex(page: PageNumber(page), place: place))
            }
        }
        return declarations
    }
}
