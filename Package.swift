// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in every target of ours. No unsafe flag here: a package with one cannot be depended on by version.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "zbuild",
    products: [
        .executable(name: "zbuild", targets: ["zbuild"]),
        .library(name: "Engine", targets: ["Engine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CSystem"),
        .systemLibrary(name: "CBLAKE3"),
        .target(name: "CStart"),
        .target(name: "BLAKE3", dependencies: ["CBLAKE3"], swiftSettings: strict),
        .target(name: "TOML", swiftSettings: strict),
        .target(name: "ZIR", dependencies: ["BLAKE3"], swiftSettings: strict),
        .target(name: "Semantics", dependencies: ["ZIR"], swiftSettings: strict),
        .target(name: "CodeGen", dependencies: ["Semantics"], swiftSettings: strict),
        .target(name: "ELF", dependencies: ["BLAKE3"], swiftSettings: strict),
        .target(
            name: "Schema", path: "schema", exclude: ["README.md"],
            resources: [.embedInCode("schema.sql"), .embedInCode("export.sql")], swiftSettings: strict),
        .target(name: "Cache", dependencies: ["BLAKE3", "CSQLite", "Schema"], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: ["BLAKE3", "ZIR", "Semantics", "CodeGen", "ELF", "Cache", "CSystem", "TOML"],
            swiftSettings: strict),
        .executableTarget(
            name: "zbuild",
            dependencies: [
                "CStart", "Engine", "Semantics", "ZIR",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            linkerSettings: [
                // The build id tells one zbuild from another: a cache belongs to the one that wrote it.
                .unsafeFlags(
                    ["-static-executable", "-Xlinker", "--build-id=sha1"], .when(configuration: .release))
            ]),
        .testTarget(
            name: "BLAKE3Tests", dependencies: ["BLAKE3"], swiftSettings: strict),
        .testTarget(name: "ZIRTests", dependencies: ["ZIR"], swiftSettings: strict),
        .testTarget(
            name: "SemanticsTests", dependencies: ["Semantics", .product(name: "BigInt", package: "BigInt")],
            swiftSettings: strict),
        .testTarget(name: "CodeGenTests", dependencies: ["CodeGen"], swiftSettings: strict),
        .testTarget(name: "TOMLTests", dependencies: ["TOML"], swiftSettings: strict),
        .testTarget(name: "ELFTests", dependencies: ["ELF"], swiftSettings: strict),
        .testTarget(name: "CacheTests", dependencies: ["Cache"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine", "Cache", "ELF"], exclude: ["Cases"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
