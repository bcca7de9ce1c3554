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
   allocated one by one, where twenty at once cost as many page faults though few of them are used; no database is ever
   mapped, for a file that shrinks under a mapping kills the process. */
static inline void zbuild_sqlite3_configure(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, 0);
    sqlite3_config(SQLITE_CONFIG_MMAP_SIZE, (sqlite3_int64)0, (sqlite3_int64)0);
}

/* Reads the first `count` bytes of the file of `db` as they stand there, zeros where it ends before, and says how large it
   is. Another descriptor would do, but closing it would drop the locks. */
static inline int zbuild_sqlite3_read_start(sqlite3 *db, void *bytes, int count, sqlite3_int64 *size) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK) return code;
    if (!file || !file->pMethods) return SQLITE_MISUSE;
    code = file->pMethods->xFileSize(file, size);
    if (code == SQLITE_OK) code = file->pMethods->xRead(file, bytes, count, 0);
    return code == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : code;
}

/* Lets go of the locks on the file of `db`, for a connection that is neither used nor closed any more. */
static inline void zbuild_sqlite3_unlock(sqlite3 *db) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code == SQLITE_OK && file && file->pMethods) file->pMethods->xUnlock(file, 0);
}

#endif
