-- The cache of zbuild: what it must remember about one variant of one project between two runs.
-- README.md beside this file says what each column means and how each packed BLOB is laid out.
--
-- zbuild compares these statements with those in a database byte for byte, comments inside them included; if they
-- differ, it makes the cache anew. A semicolon ends a statement and stands nowhere else.

CREATE TABLE meta (
    id INTEGER PRIMARY KEY,  -- 1: there is one row
    generation INTEGER NOT NULL,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE package (
    number INTEGER PRIMARY KEY,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE file (
    part INTEGER PRIMARY KEY,
    records BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE source (
    file INTEGER PRIMARY KEY,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE text (
    page INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    records BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE state (
    page INTEGER PRIMARY KEY,
    records BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
    target INTEGER NOT NULL,
    part INTEGER NOT NULL,
    users BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL,
    PRIMARY KEY (target, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
    number INTEGER PRIMARY KEY,
    file_offset INTEGER NOT NULL,
    file_room INTEGER NOT NULL,
    size INTEGER NOT NULL,
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

CREATE TABLE pending (
    declaration INTEGER PRIMARY KEY,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE diagnostic (
    declaration INTEGER NOT NULL,
    file INTEGER NOT NULL,
    is_from_parsing INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL,
    PRIMARY KEY (declaration, file, is_from_parsing, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE redo (
    id INTEGER PRIMARY KEY,  -- 1: there is at most one row
    generation INTEGER NOT NULL,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE build (
    generation INTEGER PRIMARY KEY,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE cause (
    ordinal INTEGER PRIMARY KEY,
    record BLOB NOT NULL,  -- packed
    checksum INTEGER NOT NULL
) STRICT;
