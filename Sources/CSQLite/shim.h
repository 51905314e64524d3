// SQLite, as the system's package installs it.
#pragma once

#include <sqlite3.h>

// Swift cannot name SQLITE_TRANSIENT, which is a cast: SQLite copies the text before this returns.
static inline int csqlite_bind_copy(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, index, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}
