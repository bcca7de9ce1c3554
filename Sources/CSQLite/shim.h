/* SQLite's C interface, and what Swift cannot import of it: macros that cast, and variadic functions. */
#ifndef ZBUILD_CSQLITE_SHIM_H
#define ZBUILD_CSQLITE_SHIM_H

#include <sqlite3.h>

/* sqlite3_db_config is variadic. Returns what it returns. */
static inline int zbuild_sqlite3_db_config_flag(sqlite3 *db, int option, int value) {
    int now = 0;
    return sqlite3_db_config(db, option, value, &now);
}

#endif
