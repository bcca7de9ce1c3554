/* SQLite's C interface, and what Swift cannot import of it: macros that cast, and variadic functions. */
#ifndef ZBUILD_CSQLITE_SHIM_H
#define ZBUILD_CSQLITE_SHIM_H

#include <sqlite3.h>

/* sqlite3_db_config is variadic. Returns what it returns. */
static inline int zbuild_sqlite3_db_config_flag(sqlite3 *db, int option, int value) {
    int now = 0;
    return sqlite3_db_config(db, option, value, &now);
}

/* Settings of the library, for those who have not used it yet: each allocation is not counted; pages of a database are
   allocated one by one, where twenty at once cost as many page faults though few of them are used. */
static inline void zbuild_sqlite3_configure(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, 0);
}

/* Lets go of the locks on the file of `db`, for a connection that is neither used nor closed any more. */
static inline void zbuild_sqlite3_unlock(sqlite3 *db) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code == SQLITE_OK && file && file->pMethods) file->pMethods->xUnlock(file, 0);
}

#endif
