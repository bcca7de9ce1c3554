/// The SQL that makes an empty cache.
public enum Schema {
    /// The text of `schema.sql`, which stands beside this file.
    public static var sql: String { String(decoding: PackageResources.schema_sql, as: UTF8.self) }
}
