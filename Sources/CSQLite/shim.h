// SQLite as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

// Before anything else is asked of SQLite: it counts no memory, for which every allocation would take a lock of the process.
// Of variable arguments, hence not seen by Swift. Later it does nothing.
static inline void csqlite_count_no_memory(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// SQLITE_TRANSIENT is a number cast to a pointer to a function, which Swift does not import: SQLite copies what is bound.
// A null pointer, which is what an empty text or array of Swift may have, would bind NULL.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, count == 0 ? "" : text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, count == 0 ? "" : bytes, count, SQLITE_TRANSIENT);
}

// What the system said where SQLite reports an error of input or output, or cannot open a file; 0 where it said nothing. Up to its
// version 3.40 the connection does not tell of a commit that failed: then the log's file does, or the database's.
static inline int csqlite_system_errno(sqlite3 *connection) {
    static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER};
    int code = sqlite3_system_errno(connection);
    for (int i = 0; code == 0 && i < 2; i++) {
        sqlite3_file *file = 0;
        int status = sqlite3_file_control(connection, "main", files[i], &file);
        if (status == SQLITE_OK && file && file->pMethods) {
            file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &code);
        }
    }
    return code;
}
