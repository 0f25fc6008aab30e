/* duck_run.c - runs a file of SQL in DuckDB: a whole process, with nothing but DuckDB in it.
 *
 *     duck_run LIBDUCKDB.so FILE.sql
 *
 * DuckDB comes as a shared object in an npm package, without a header, and is not there when
 * this is built: hence the declarations, and dlopen.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct duckdb_result {
    void *members[16]; /* DuckDB's own; more than it needs */
} duckdb_result;

typedef struct duckdb {
    int (*open)(const char *path, void **database);
    int (*connect)(void *database, void **connection);
    int (*query)(void *connection, const char *sql, duckdb_result *result);
    const char *(*result_error)(duckdb_result *result);
    void (*destroy_result)(duckdb_result *result);
    void (*disconnect)(void **connection);
    void (*close)(void **database);
} duckdb;

/* A pointer to a function is no object to ISO C, and dlsym gives one all the same. */
static void find(void *library, const char *name, void *function)
{
    *(void **)function = dlsym(library, name);
    if (!*(void **)function) {
        fprintf(stderr, "duck_run: no %s in the library\n", name);
        exit(2);
    }
}

static duckdb load(const char *path)
{
    duckdb duck;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!library) {
        fprintf(stderr, "duck_run: %s\n", dlerror());
        exit(2);
    }
    find(library, "duckdb_open", &duck.open);
    find(library, "duckdb_connect", &duck.connect);
    find(library, "duckdb_query", &duck.query);
    find(library, "duckdb_result_error", &duck.result_error);
    find(library, "duckdb_destroy_result", &duck.destroy_result);
    find(library, "duckdb_disconnect", &duck.disconnect);
    find(library, "duckdb_close", &duck.close);
    return duck;
}

/* Never freed: the process ends soon. */
static const char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0, room = 0, got;

    if (!file) {
        perror(path);
        exit(2);
    }
    do {
        if (room - length < 2) {
            room = room ? 2 * room : 65536;
            text = realloc(text, room);
            if (!text)
                exit(2);
        }
        got = fread(text + length, 1, room - length - 1, file);
        length += got;
    } while (got > 0);
    fclose(file);
    text[length] = '\0';
    return text;
}

int main(int count, char **given)
{
    void *database, *connection;
    duckdb_result result = { { NULL } };

    if (count != 3) {
        fputs("usage: duck_run LIBDUCKDB.so FILE.sql\n", stderr);
        return 2;
    }
    const char *sql = read_file(given[2]);
    const duckdb duck = load(given[1]);
    if (duck.open(NULL, &database) != 0 || duck.connect(database, &connection) != 0) {
        fputs("duck_run: DuckDB does not start\n", stderr);
        return 1;
    }
    int failed = duck.query(connection, sql, &result);
    if (failed)
        fprintf(stderr, "duck_run: %s\n", duck.result_error(&result));
    duck.destroy_result(&result);
    duck.disconnect(&connection);
    duck.close(&database);
    return failed != 0;
}
