import Cache
import Testing

@testable import Engine

/// Which files are to be read again, among few and among so many that several threads look.
@Suite struct ScanTests {
    private static let identity = FileIdentity(size: 1, modified: 1, changed: 1, inode: 1, device: 1)

    /// Files that are not there, of which some were when they were read.
    @Test(arguments: [10, 511, 512, 641, 10_000] as [FileNumber])
    func filesThatAreGone(limit: FileNumber) {
        let list = FileList(limit: limit)
        for number in (1..<limit) where number % 5 != 0 {
            list.add(number, package: Package.own, path: "none/\(number).zir", isManifest: false)
            list[number].isReached = number % 3 != 0
            if number % 7 == 0 { list[number].note(Self.identity, readAt: .max) }
        }
        let project = Project(folder: ".", rootPath: "none/1.zir", name: "app", outputPath: "", cachePath: "")
        let scan = Scan(project: project, meta: MetaRow(), ownPackage: Package.none.row, otherPackages: [], files: list)
        let outdated = (1..<limit).filter { (number: FileNumber) in
            let isOurs = number % 5 != 0 && number % 3 != 0
            return isOurs && number % 7 == 0
        }
        let files = OutdatedFiles(scan, SourceReader(files: SystemFiles()), nil)
        #expect(files.find() == outdated)
        #expect(files.find() == [])
    }
}
