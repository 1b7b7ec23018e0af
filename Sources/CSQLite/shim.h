#pragma once
#include <sqlite3.h>

/* sqlite3_db_config is variadic, which Swift cannot call. Afterwards "x" names a column and is never a string. */
static inline int csqlite_refuse_quoted_strings(sqlite3 *db) {
    int result = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
    return result != SQLITE_OK ? result : sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
}
