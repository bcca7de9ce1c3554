-- The cache of zbuild: what it must remember about one variant of one project between two runs.
-- README.md beside this file says what kinds of record there are and how the content of each is laid out.
--
-- SQLite parses this anew in each process, so it is short. zbuild compares it with what stands in a database byte for
-- byte; if they differ, it makes the cache anew. A semicolon ends a statement and stands nowhere else.

CREATE TABLE record (
    key INTEGER PRIMARY KEY,
    content BLOB NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
