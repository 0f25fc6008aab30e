/* scratch.c - a folder of its own for a test's files. */
#define _GNU_SOURCE
#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "scratch.XXXXXX";

/* A test that cannot have its files proves nothing. */
static void need(int holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    abort();
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)kind, (void)at;
    return remove(path);
}

static void remove_all(void)
{
    if (chdir("..") == 0)
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_begin(void)
{
    need(mkdtemp(folder) && chdir(folder) == 0 && atexit(remove_all) == 0, folder);
}

void scratch_folder(const char *name)
{
    need(mkdir(name, 0700) == 0, name);
}

void scratch_write_bytes(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    need(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0, name);
}

void scratch_write(const char *name, const char *string)
{
    scratch_write_bytes(name, string, strlen(string));
}

char *scratch_read(const char *name, size_t *length)
{
    struct stat status;
    FILE *file = fopen(name, "rb");

    if (!file)
        return NULL;
    need(fstat(fileno(file), &status) == 0, name);
    size_t size = (size_t)status.st_size;
    char *bytes = malloc(size + 1);
    need(bytes && fread(bytes, 1, size, file) == size, name);
    fclose(file);
    bytes[size] = 0;
    if (length)
        *length = size;
    return bytes;
}

size_t scratch_count(const char *beginning)
{
    size_t count = 0;
    DIR *open = opendir(".");

    need(open != NULL, ".");
    for (struct dirent *entry; (entry = readdir(open));)
        count += strncmp(entry->d_name, beginning, strlen(beginning)) == 0;
    closedir(open);
    return count;
}
