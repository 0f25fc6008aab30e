/* replay.c - stands in for libFuzzer where there is none: every file of the folders named is tried
 * once. Words that begin with - are libFuzzer's. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void try_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);

    if (!file || !bytes) {
        perror(path);
        exit(1);
    }
    LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, 1 << 20, file));
    fclose(file);
    free(bytes);
}

static int try_folder(const char *path)
{
    char name[4096];
    int tried = 0;
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        try_file(name);
        tried++;
    }
    if (folder)
        closedir(folder);
    return tried;
}

int main(int count, char **words)
{
    int tried = 0;

    for (int i = 1; i < count; i++)
        if (words[i][0] != '-')
            tried += try_folder(words[i]);
    printf("%d files\n", tried);
    return tried == 0;
}
