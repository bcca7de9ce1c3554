import Testing
import ZIR

/// What random edits have found, each as small as it can be: a list of states of a project, built one after the other.
@Suite struct RegressionTests {
    /// A program that calls `@work` and ends.
    private static let program = """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @void = primitive(void)
        @start_type = fntype([], @noreturn, cc=Naked)
        @action = fntype([], @void)
        @start = fn(@start_type, {
          %0 = call(@work, [])
          %1 = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, 7])
          %2 = unreachable()
        })
        @entry = export("_start", @start)

        """
    private static let work = "@work = fn(@action, { %0 = returnvoid() })\n"

    /// Builds `program` with each of `texts` after it.
    private func build(_ texts: String...) throws {
        try build(texts.map { ["main.zir": RegressionTests.program + $0] })
    }

    private func build(_ sources: [[String: String]]) throws {
        if let failure = try UpdateTester.failure(in: sources.map { SourceStep(sources: $0) }) {
            Issue.record("step \(failure.step): \(failure)")
        }
    }

    // MARK: - Errors

    @Test func errorInABodyIsFoundAgainAfterItsTypeWasBroken() throws {
        let wrong = "@work = fn(@kind, { %0 = call(@nowhere, []) %1 = returnvoid() })\n"
        try build(
            wrong + "@kind = fntype([], @void)", wrong + "@kind = fntype([], @nothing)",
            wrong + "@kind = fntype([], @void)", wrong + "@kind = fntype([], @void)\n@nowhere = int(1)")
    }

    @Test func errorBehindAFailureIsFoundAgainOnceThatIsMended() throws {
        let work =
            "@work = fn(@action, { %0 = call(@next, []) %1 = call(@nowhere, []) %2 = returnvoid() })\n"
            + "@next = fn(@kind, { %0 = returnvoid() })\n"
        try build(
            work + "@kind = fntype([], @void)\n", work + "@kind = fntype([], @nothing)\n",
            work + "@kind = fntype([], @void)\n")
    }

    @Test func missingEntryPointIsNoNewsWhereTheExportHasAnError() throws {
        let good = RegressionTests.program + RegressionTests.work
        let bad = good.replacing("@start_type = fntype([], @noreturn", with: "@start_type = fntype([], @nowhere")
        try build([["main.zir": good], ["main.zir": bad], ["main.zir": good]])
    }

    @Test func loopIsReportedAtItsFirstMemberWhereverThatIs() throws {
        let work = "@work = fn(@action, { %0 = cmp(@a, eq, 1) %1 = returnvoid() })\n"
        try build(
            work + "@a = add(@b, 1)\n@b = add(@a, 1)\n", work + "@b = add(@a, 1)\n@a = add(@b, 1)\n",
            work + "@b = add(@a, 1)\n@a = int(1)\n")
    }

    @Test func symbolExportedTwiceIsReportedAtTheSecondWhereverThatIs() throws {
        let (one, two) = ("@one = export(\"name\", @work)\n", "@two = export(\"name\", @start)\n")
        try build(
            RegressionTests.work + one + two, RegressionTests.work + two + one, RegressionTests.work + two,
            RegressionTests.work + two + one + "@broken = int(\n", RegressionTests.work + one + "@broken = int(\n",
            RegressionTests.work + one)
    }

    // MARK: - Exports

    @Test func symbolsChangeWithTheFirstBuildThatHasNoErrors() throws {
        let error = "@wrong = export(\"wrong\", @nowhere)\n"
        let work = RegressionTests.work
        try build(
            work + "@out = export(\"old\", @work)\n@gone = export(\"gone\", @work)\n",
            work + "@out = export(\"new\", @work)\n@later = export(\"later\", @work)\n" + error,
            work + "@out = export(\"new\", @work, linkage=Internal)\n@later = export(\"later\", @work)\n" + error,
            work + "@out = export(\"new\", @work, linkage=Internal)\n@later = export(\"later\", @work)\n",
            work + "@out = export(\"new\", @work)\n")
    }

    @Test func weakExportThatWinsIsTheSameInAnyOrder() throws {
        let one = "@one = export(\"name\", @work, linkage=Weak)\n"
        let two = "@two = export(\"name\", @start, linkage=Weak)\n"
        let work = RegressionTests.work
        try build(work + one + two, work + two + one, work + two, work + two + one)
    }

    @Test func exportInThePlaceOfWhatOthersUsedLives() throws {
        try build(
            RegressionTests.work.replacing("@action", with: "@kind") + "@kind = fntype([], @void)\n",
            RegressionTests.work + "@kind = export(\"name\", @work)\n",
            "@work = int(1)\n@kind = export(\"name\", @start)")
    }

    @Test func constantInThePlaceOfAnExportUsesNothing() throws {
        let work = "@work = fn(@action, { %0 = cmp(@a, eq, 1) %1 = returnvoid() })\n"
        try build(
            RegressionTests.work + "@a = export(\"a\", @start)\n", work + "@a = export(\"a\", @nowhere)\n",
            work + "@a = int(1)\n")
    }

    // MARK: - Life and death

    @Test func whatIsReachedAgainAfterErrorsIsCheckedFirst() throws {
        let work =
            "@work = fn(@action, { %0 = cmp(@twice, eq, 2) %1 = condbr(%0, { %2 = breakpoint() }, {}) "
            + "%3 = returnvoid() })\n@twice = add(@once, @once)\n"
        try build(
            work + "@once = int(3)\n",
            "@work = compileerror(\"not yet\")\n@twice = add(@once, @once)\n@once = int(1)\n",
            work + "@once = int(1)\n")
    }

    @Test func whatAUserLeavesBecauseOfAnotherIsNotAnalysed() throws {
        let rest =
            "@twice = add(@once, @once)\n@isOne = cmp(@once, eq, 1)\n"
            + "@work = fn(@action, { %0 = condbr(@isOne, { %1 = cmp(@twice, eq, 2) }, {}) %2 = returnvoid() })\n"
        try build(rest + "@once = int(1)\n", rest + "@once = int(2)\n", rest + "@once = int(1)\n")
    }

    @Test func whatAMendedTypeBringsBackIsCheckedFirst() throws {
        let work =
            "@work = fn(@kind, { %0 = cmp(@twice, eq, 2) %1 = condbr(%0, { %2 = breakpoint() }, {}) "
            + "%3 = returnvoid() })\n@twice = add(@once, @once)\n"
        try build(
            work + "@once = int(3)\n@kind = fntype([], @void)\n",
            work + "@once = int(1)\n@kind = fntype([], @nothing)\n",
            work + "@once = int(1)\n@kind = fntype([], @void)\n")
    }

    @Test func whatIsInNoTextAnyMoreIsNotAnalysed() throws {
        let library = "@main = import(\"main.zir\")\n@far = fn(@main.action, { %0 = returnvoid() })\n"
        let head = RegressionTests.program + "@lib = import(\"lib.zir\")\n"
        let near = "@work = fn(@action, { %0 = call(@lib.far, []) %1 = returnvoid() })\n"
        let export = "@out = export(\"out\", @lib.far)\n"
        try build([
            ["main.zir": head + near + export, "lib.zir": library],
            [
                "main.zir": head + near.replacing("lib.far", with: "nobody")
                    + export.replacing("lib.far", with: "nobody")
            ],
            ["main.zir": head + near + export, "lib.zir": library],
        ])
    }

    @Test func nameThatManyUsedIsForgottenOnceNobodyDoes() throws {
        func text(_ name: String) -> String {
            var steps = ""
            var numbers = "@\(name) = int(1)\n"
            for index in 0..<40 {
                numbers += "@n\(index) = add(@\(name), \(index))\n"
                steps += "%\(index) = cmp(@n\(index), eq, 1) "
            }
            return numbers + "@work = fn(@action, { \(steps) %end = returnvoid() })\n"
        }
        try build(text("one"), text("other"), text("one"), text("one") + "@broken = int(", text("other"))
    }

    // MARK: - Files

    @Test func fileThatNobodyImportsIsForgottenOnceAndReadAnew() throws {
        let head = RegressionTests.program + RegressionTests.work
        let library = "@main = import(\"main.zir\")\n@far = fn(@main.action, { %0 = returnvoid() })\n"
        let export = "@out = export(\"out\", @lib.far)\n"
        try build([
            ["main.zir": head + export + "@lib = import(\"lib.zir\")\n", "lib.zir": library],
            ["main.zir": head + export + "@lib = int(1)\n", "lib.zir": library],
            ["main.zir": head + export + "@lib = int(2)\n", "lib.zir": library + "@more = int(1)\n"],
            ["main.zir": head + export + "@lib = import(\"lib.zir\")\n", "lib.zir": library + "@more = int(1)\n"],
        ])
    }

    @Test func fileThatIsBackAfterABuildWithErrorsKeepsItsPlaces() throws {
        let library = "@main = import(\"main.zir\")\n@cell = global(@main.usize, @main.one, mutable=1)\n"
        let rest = "@one = int(1)\n@pointer = single_const_ptr_type(@usize)\n@table = global(@pointer, @lib.cell)\n"
        let work = "@work = fn(@action, { %0 = ptrtoint(@table) %1 = returnvoid() })\n"
        let head = RegressionTests.program + rest
        try build([
            ["main.zir": head + work + "@lib = import(\"lib.zir\")\n", "lib.zir": library],
            ["main.zir": head + work + "@lib = add(@nowhere, 1)\n"],
            ["main.zir": head + work + "@lib = import(\"lib.zir\")\n", "lib.zir": library],
        ])
    }

    @Test func codeThatWaitsGoesWithItsFile() throws {
        let library = "@main = import(\"main.zir\")\n@cell = global(@main.usize, @main.one)\n"
        let work = "@work = fn(@action, { %0 = ptrtoint(@lib.cell) %1 = returnvoid() })\n@one = int(1)\n"
        let broken = "@broken = export(\"broken\", @nowhere)\n"
        let head = RegressionTests.program + work
        try build([
            ["main.zir": head + broken + "@lib = import(\"lib.zir\")\n", "lib.zir": library],
            ["main.zir": RegressionTests.program + RegressionTests.work + broken],
            ["main.zir": head + "@lib = import(\"lib.zir\")\n", "lib.zir": library],
        ])
    }

    @Test func pathOfAFileThatIsGoneLeavesTheExecutable() throws {
        let head = RegressionTests.program + RegressionTests.work
        let library = "@main = import(\"main.zir\")\n@far = fn(@main.action, { %0 = returnvoid() })\n"
        try build([
            ["main.zir": head + "@lib = import(\"lib.zir\")\n@out = export(\"out\", @lib.far)\n", "lib.zir": library],
            ["main.zir": head, "lib.zir": library],
            ["main.zir": head + "@lib = import(\"lib.zir\")\n@out = export(\"out\", @lib.far)\n", "lib.zir": library],
        ])
    }

    @Test func oldLoopIsForgottenWithItsMembers() throws {
        let work = "@work = fn(@action, { %0 = cmp(@a, eq, 1) %1 = returnvoid() })\n"
        try build(
            "@b = add(@a, 1)\n@a = add(@b, 1)\n" + work, work + "@a = add(@a, 1)\n@b = add(@a, 1)\n",
            work + "@a = add(@a, 1)\n", "\n" + work + "@a = add(@a, 1)\n")
    }

    // MARK: - Packages

    private static func manifest(_ name: String, _ dependencies: String = "") -> String {
        "[package]\nname = \"\(name)\"\nroot = \"main.zir\"\n[dependencies]\n\(dependencies)\n"
    }

    @Test func packageThatIsCalledOtherwiseAndChangesAtOnceIsReadAgain() throws {
        func main(_ name: String) -> String {
            RegressionTests.program + "@work = fn(@lib.action, { %0 = returnvoid() })\n@lib = import(\"\(name)\")\n"
        }
        let library = "@action = fntype([], @void)\n@void = primitive(void)\n"
        try build([
            [
                "zbuild.toml": RegressionTests.manifest("program", "one = { path = \"../lib\" }"),
                "main.zir": main("one"),
                "../lib/zbuild.toml": RegressionTests.manifest("lib"), "../lib/main.zir": library,
            ],
            [
                "zbuild.toml": RegressionTests.manifest("program", "two = { path = \"../lib\" }"),
                "main.zir": main("two"),
                "../lib/zbuild.toml": RegressionTests.manifest("library"), "../lib/main.zir": "\n" + library,
            ],
        ])
    }

    @Test func projectThatIsItsOwnDependencyIsReadThroughAnother() throws {
        func sources(_ folder: String) -> [String: String] {
            [
                "zbuild.toml": RegressionTests.manifest("program", "lib = { path = \"../\(folder)\" }"),
                "main.zir": RegressionTests.program + RegressionTests.work + "@lib = import(\"lib\")\n",
                "../p1/zbuild.toml": RegressionTests.manifest("p1", "program = { path = \"../program\" }"),
                "../p1/main.zir": "@main = import(\"program\")\n",
            ]
        }
        try build([sources("program"), sources("p1"), sources("program")])
    }

    @Test func importThatNobodyUsesAnyMoreIsNotAnalysed() throws {
        func sources(_ name: String, _ folder: String) -> [String: String] {
            let library = """
                @one = import("one")
                @two = import("two")
                @out = export("out", @\(name).cell)
                @far = fn(@\(name).action, { %0 = returnvoid() })

                """
            let own = """
                @work = fn(@action, { %0 = call(@lib.far, []) %1 = returnvoid() })
                @cell = global(@usize, @number)
                @number = int(1)
                @lib = import("lib")

                """
            let entries = "one = { path = \"../\(folder)\" }\ntwo = { path = \"../program\" }"
            return [
                "zbuild.toml": RegressionTests.manifest("program", "lib = { path = \"../lib\" }"),
                "main.zir": RegressionTests.program + own,
                "../lib/zbuild.toml": RegressionTests.manifest("lib", entries), "../lib/main.zir": library,
            ]
        }
        try build([sources("one", "program"), sources("two", "lib"), sources("one", "program")])
    }

    @Test func pathOfAFileThatLeavesWithAnErrorIsFreedOnceThatIsMended() throws {
        let lib = """
            @void = primitive(void)
            @action = fntype([], @void)
            @f = fn(@action, { %0 = returnvoid() })

            """
        func sources(_ work: String) -> [String: String] {
            ["main.zir": RegressionTests.program + work, "lib.zir": lib]
        }
        let module = "@lib = import(\"lib.zir\")\n"
        let using = sources(module + "@work = fn(@action, { %0 = call(@lib.f, []) %1 = returnvoid() })\n")
        let importing = sources(module + RegressionTests.work)
        let broken = sources(RegressionTests.work.replacing("@action", with: "@nothing"))
        try build([using, importing, broken, using])
        try build([using, importing, broken, sources(RegressionTests.work)])
    }

    @Test func whoAskedForAPackageThatIsCalledOtherwiseIsAnalysed() throws {
        var project = ModelProject()
        project.packages.append(ModelPackage(folder: "p1", name: "p1", root: "../p1/main.zir"))
        project.packages[0].entries = [ModelEntry(name: "p1", folder: "p1")]
        project.files = [ModelFile(path: "main.zir"), ModelFile(path: "../p1/main.zir", package: 1)]
        let module = project.add(.module("p1"), to: 0, named: "module")
        project.add(.export("_start", module, linkage: "Strong"), to: 0, named: "entry")
        var renamed = project
        renamed.packages[1].name = "same"
        var withoutRoot = renamed
        withoutRoot.files[1].isDeleted = true
        var renamedWithoutRoot = withoutRoot
        renamedWithoutRoot.packages[1].name = "p1"
        let steps = [project, renamed, withoutRoot, renamedWithoutRoot].map { SourceStep(project: $0, name: "") }
        if let failure = try UpdateTester.failure(in: steps) { Issue.record("step \(failure.step): \(failure)") }
    }

    /// Of the tester itself.
    @Test func whatIsNotBrokenCanBeRead() {
        for step in RandomEditTests.steps(20_261_477) {
            guard let project = step.project else { continue }
            for (file, content) in project.files.enumerated() {
                for item in content.items where item.breakage == nil {
                    let text = project.source(of: item, in: file).text(layout: item.layout)
                    #expect(Parser.parse(Array("@name = \(text)".utf8)).diagnostics.isEmpty, "\(text)")
                }
            }
        }
    }

    // MARK: - Values and code

    @Test func contentThatIsAskedForFirstIsAnAnswer() throws {
        let text = "@first = elemptr(@text, 0)\n@byte = deref(@first)\n"
        let work =
            "@work = fn(@action, { %0 = cmp(@byte, eq, 65) %1 = condbr(%0, { %2 = breakpoint() }, {}) "
            + "%3 = deref(@first) %4 = cmp(%3, eq, 66) %5 = condbr(%4, { %6 = breakpoint() }, {}) %7 = returnvoid() })\n"
        try build(
            text + work + "@text = str(\"one\")\n", text + work + "@text = str(\"Bne\")\n",
            text + work + "@text = str(\"Ane\")\n", text + work + "@text = str(\"one\")\n")
    }

    @Test func codeThatWaitsIsForgottenWhereThereIsNoneAnyMore() throws {
        let work = "@work = fn(@action, { %0 = ptrtoint(@text) %1 = returnvoid() })\n@text = str(\"one\")\n"
        try build(
            work + "@wrong = export(\"wrong\", @text)\n",
            work.replacing("ptrtoint(@text)", with: "cmp(@text, eq, 1)").replacing("str(\"one\")", with: "int(1)"))
    }

    @Test func contentWithAnErrorIsAFailure() throws {
        let work =
            "@work = fn(@action, { %0 = deref(@count) %1 = call(@nowhere, []) %2 = returnvoid() })\n"
            + "@count = global(@usize, @first)\n"
        let mended = "@nowhere = fn(@action, { %0 = returnvoid() })\n"
        try build(
            work + "@first = int(1)\n", work + "@first = add(@first, 1)\n", work + mended + "@first = int(-1)\n",
            work + mended + "@first = int(2)\n", work + mended + "@first = add(@first, 1)\n",
            work + mended + "@first = int(2)\n", work + mended + "@first = str(\"no\")\n",
            work + mended + "@first = int(3)\n")
    }

    @Test func contentPassesAChangeOnToInterfaces() throws {
        let rest =
            "@cell = global(@usize, @first)\n@read = deref(@cell)\n"
            + "@work = fn(@action, { %0 = cmp(@read, eq, 2) %1 = deref(@cell) %2 = cmp(%1, eq, 2) "
            + "%3 = condbr(%0, { %4 = breakpoint() }, {}) %5 = condbr(%2, { %6 = breakpoint() }, {}) %7 = returnvoid() })\n"
        try build(
            rest + "@first = int(1)\n", rest + "@first = int(2)\n", rest + "@first = add(@read, 1)\n",
            rest + "@first = int(3)\n")
    }

    @Test func whiteSpaceInWhatIsDeadForABuildCounts() throws {
        let program = RegressionTests.program + RegressionTests.work
        let spaced = program.replacing("  %0", with: "\t\t%0")
        try build([
            ["main.zir": program],
            ["main.zir": spaced.replacing("@entry = export(\"_start\", @start)", with: "@entry = nonsense(1)")],
            ["main.zir": spaced],
        ])
    }

    @Test func positionsInCodeThatComesOutTheSameAreNew() throws {
        let work = "@work = fn(@action, { %0 = arg(\"a\") %1 = add(%0, @one) %2 = returnvoid() })\n"
            .replacing("@action", with: "@kind").replacing("%2 = returnvoid()", with: "%2 = return(%1)")
        let rest = "@kind = fntype([@usize], @usize)\n@one = int(1)\n"
        let head = RegressionTests.program.replacing("call(@work, [])", with: "call(@work, [1])")
        let texts = [
            work + rest, work.replacing("@one", with: "@nowhere") + rest,
            work.replacing("%1 =", with: "\n %1 =") + rest,
            work + rest + "@broken = int(", work.replacing("@one", with: "2") + rest + "@broken = int(",
            work.replacing("@one", with: "2").replacing("%1 =", with: "\n %1 =") + rest,
        ]
        try build(texts.map { ["main.zir": head + $0] })
    }

    @Test func whatMovedAndChangedAtOnceHasItsNewPosition() throws {
        let work = "@work = fn(@action, { %0 = breakpoint() %1 = returnvoid() })\n"
        try build(RegressionTests.work, "\n\n" + work)
    }
}
