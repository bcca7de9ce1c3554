/// The SQL that makes an empty cache, and an empty export of one.
public enum Schema {
    /// The text of `schema.sql`, which stands beside this file.
    public static var sql: String { String(decoding: bytes, as: UTF8.self) }

    /// The same, in UTF-8.
    public static var bytes: [UInt8] { PackageResources.schema_sql }

    /// The text of `export.sql`, which stands there too: the tables of `zbuild cache export`.
    public static var exportSQL: String { String(decoding: PackageResources.export_sql, as: UTF8.self) }
}
