-- What zbuild remembers about one variant of one project, as plain tables: `zbuild cache export FILE` makes this.
-- README.md beside this file describes it, with queries. A semicolon ends a statement and stands nowhere else.
--
-- Declarations, files and symbols are numbered as in the cache; hashes and keys are hexadecimal; lines and columns are
-- counted from 1, as in messages; flags are 0 or 1; times are nanoseconds since 1970. What is NULL is not there.

CREATE TABLE meta (
    tool TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    options TEXT NOT NULL,
    root_path TEXT NOT NULL,
    output_path TEXT NOT NULL,
    generation INTEGER NOT NULL,
    next_page INTEGER NOT NULL,
    next_file INTEGER NOT NULL,
    live_count INTEGER NOT NULL,
    total_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    pending_count INTEGER NOT NULL,
    output_size INTEGER,
    output_modified INTEGER,
    output_changed INTEGER,
    output_inode INTEGER,
    output_device INTEGER,
    build_id TEXT NOT NULL,
    entry INTEGER REFERENCES declaration (number),
    entry_address INTEGER,
    first_global INTEGER NOT NULL,
    has_redo INTEGER NOT NULL
) STRICT;

CREATE TABLE package (
    number INTEGER PRIMARY KEY,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    root_path TEXT NOT NULL
) STRICT;

CREATE TABLE dependency (
    package INTEGER NOT NULL REFERENCES package (number),
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    PRIMARY KEY (package, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
    number INTEGER PRIMARY KEY,
    package INTEGER REFERENCES package (number),
    path TEXT NOT NULL,
    is_present INTEGER NOT NULL,
    size INTEGER,
    modified INTEGER,
    changed INTEGER,
    inode INTEGER,
    device INTEGER,
    read_time INTEGER NOT NULL,
    digest TEXT NOT NULL,
    declaration_count INTEGER NOT NULL,
    are_positions_pending INTEGER NOT NULL,
    path_name_address INTEGER
) STRICT;

CREATE TABLE import (
    file INTEGER NOT NULL REFERENCES file (number),
    imported INTEGER NOT NULL REFERENCES file (number),
    count INTEGER NOT NULL,
    PRIMARY KEY (file, imported)
) STRICT, WITHOUT ROWID;

CREATE TABLE package_import (
    file INTEGER NOT NULL REFERENCES file (number),
    name TEXT NOT NULL,
    PRIMARY KEY (file, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE declaration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES file (number),
    line INTEGER NOT NULL,
    column INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    instruction TEXT,
    is_present INTEGER NOT NULL,
    is_broken INTEGER NOT NULL,
    is_live INTEGER NOT NULL,
    is_dormant INTEGER NOT NULL,
    is_stale INTEGER NOT NULL,
    interface_state TEXT NOT NULL,
    body_state TEXT NOT NULL,
    keeper INTEGER REFERENCES declaration (number),
    rank INTEGER NOT NULL,
    type TEXT,
    value TEXT,
    content_hash TEXT NOT NULL,
    structure_hash TEXT NOT NULL,
    type_hash TEXT,
    value_hash TEXT,
    body_hash TEXT,
    code_hash TEXT,
    passing_user_count INTEGER NOT NULL,
    compiled_at INTEGER
) STRICT;

CREATE TABLE edge (
    declaration INTEGER NOT NULL REFERENCES declaration (number),
    ordinal INTEGER NOT NULL,
    target INTEGER NOT NULL REFERENCES declaration (number),
    kind TEXT NOT NULL,
    is_from_interface INTEGER NOT NULL,
    is_in_effect INTEGER NOT NULL,
    seen TEXT,
    PRIMARY KEY (declaration, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
    declaration INTEGER NOT NULL REFERENCES declaration (number),
    user INTEGER NOT NULL REFERENCES declaration (number),
    PRIMARY KEY (declaration, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
    name TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    address INTEGER,
    file_offset INTEGER NOT NULL,
    file_room INTEGER NOT NULL,
    size INTEGER NOT NULL
) STRICT;

CREATE TABLE block (
    declaration INTEGER PRIMARY KEY REFERENCES declaration (number),
    section TEXT NOT NULL REFERENCES section (name),
    offset INTEGER NOT NULL,
    address INTEGER NOT NULL,
    size INTEGER NOT NULL,
    room INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    slot_address INTEGER NOT NULL,
    symbol INTEGER NOT NULL,
    code_hash TEXT NOT NULL
) STRICT;

CREATE TABLE relocation (
    declaration INTEGER NOT NULL REFERENCES declaration (number),
    ordinal INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER REFERENCES declaration (number),
    addend INTEGER NOT NULL,
    PRIMARY KEY (declaration, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE hole (
    section TEXT NOT NULL REFERENCES section (name),
    offset INTEGER NOT NULL,
    address INTEGER,
    size INTEGER NOT NULL,
    PRIMARY KEY (section, offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE export (
    declaration INTEGER PRIMARY KEY REFERENCES declaration (number),
    symbol TEXT NOT NULL,
    target INTEGER REFERENCES declaration (number),
    linkage TEXT NOT NULL,
    symbol_index INTEGER
) STRICT;

CREATE TABLE pending (
    declaration INTEGER PRIMARY KEY REFERENCES declaration (number),
    section TEXT REFERENCES section (name),
    alignment INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    are_positions_changed INTEGER NOT NULL
) STRICT;

CREATE TABLE pending_relocation (
    declaration INTEGER NOT NULL REFERENCES pending (declaration),
    ordinal INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER REFERENCES declaration (number),
    addend INTEGER NOT NULL,
    PRIMARY KEY (declaration, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE diagnostic (
    number INTEGER PRIMARY KEY,
    declaration INTEGER REFERENCES declaration (number),
    file INTEGER NOT NULL REFERENCES file (number),
    line INTEGER NOT NULL,
    column INTEGER NOT NULL,
    is_from_parsing INTEGER NOT NULL,
    message TEXT NOT NULL
) STRICT;

CREATE TABLE note (
    diagnostic INTEGER NOT NULL REFERENCES diagnostic (number),
    ordinal INTEGER NOT NULL,
    declaration INTEGER REFERENCES declaration (number),
    line INTEGER NOT NULL,
    column INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (diagnostic, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE build (
    generation INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    result TEXT NOT NULL,
    fallback TEXT,
    file_count INTEGER NOT NULL,
    read_count INTEGER NOT NULL,
    live_count INTEGER NOT NULL,
    parsed_count INTEGER NOT NULL,
    analysed_count INTEGER NOT NULL,
    generated_count INTEGER NOT NULL,
    removed_count INTEGER NOT NULL,
    position_count INTEGER NOT NULL,
    written_count INTEGER NOT NULL,
    moved_count INTEGER NOT NULL,
    freed_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    unlisted_count INTEGER NOT NULL
) STRICT;

CREATE TABLE cause (
    ordinal INTEGER PRIMARY KEY,
    parent INTEGER REFERENCES cause (ordinal),
    declaration INTEGER,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    column INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    change TEXT NOT NULL,
    old_size INTEGER,
    new_size INTEGER,
    old_address INTEGER,
    new_address INTEGER,
    old_room INTEGER
) STRICT;

CREATE TABLE redo (
    generation INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    path TEXT,
    inode INTEGER NOT NULL,
    device INTEGER NOT NULL,
    size_before INTEGER,
    new_size INTEGER
) STRICT;

CREATE TABLE redo_step (
    ordinal INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    destination INTEGER NOT NULL,
    source INTEGER,
    size INTEGER NOT NULL,
    bytes BLOB
) STRICT;

CREATE INDEX declaration_by_name ON declaration (name);

CREATE INDEX edge_by_target ON edge (target);

CREATE INDEX declaration_by_keeper ON declaration (keeper);
