-- The cache of zbuild: what it must remember about one variant of one project between two runs.
-- README.md beside this file says what each column means and how each packed BLOB is laid out.
--
-- zbuild compares these statements with those in a database byte for byte, comments inside them included; if they
-- differ, it makes the cache anew. A semicolon ends a statement and stands nowhere else.

CREATE TABLE record (
    key INTEGER PRIMARY KEY,  -- what kind of record it is, and its number
    content BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE hole (
    section INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    size INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (section, offset)
) STRICT, WITHOUT ROWID;

CREATE INDEX hole_by_size ON hole (section, size, offset);

CREATE TABLE export (
    declaration INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    target INTEGER NOT NULL,
    linkage INTEGER NOT NULL,
    symbol_index INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

CREATE INDEX export_by_symbol ON export (symbol);

CREATE INDEX export_by_symbol_index ON export (symbol_index);

CREATE INDEX export_by_target ON export (target);

CREATE TABLE diagnostic (
    declaration INTEGER NOT NULL,
    file INTEGER NOT NULL,
    is_from_parsing INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL,
    PRIMARY KEY (declaration, file, is_from_parsing, ordinal)
) STRICT, WITHOUT ROWID;
