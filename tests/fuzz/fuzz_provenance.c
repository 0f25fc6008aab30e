/* fuzz_provenance.c - any text is read as a provenance or refused with a place; what is read can be
 * written, and is then the same each time. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "report/provenance.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What is written once more of a text that was read. */
static text write_again(const char *bytes, size_t length)
{
    memory arena = { 0 };
    provenance facts;
    rapport_error error;
    text out = { 0 };

    must(provenance_read(&facts, bytes, length, "f", &arena, &error) == RAPPORT_DONE);
    must(provenance_write(&out, &facts));
    must(provenance_is_sealed(out.bytes, out.length));
    memory_free(&arena);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    memory arena = { 0 };
    provenance facts;
    rapport_error error = { "" };
    char *copy = malloc(length ? length : 1); /* ends where its memory ends */

    must(copy != NULL);
    memcpy(copy, bytes, length);
    provenance_is_sealed(copy, length);
    rapport_outcome outcome = provenance_read(&facts, copy, length, "f", &arena, &error);
    memory_free(&arena);
    if (outcome == RAPPORT_DONE) {
        text once = write_again(copy, length), twice = write_again(once.bytes, once.length);
        must(once.length == twice.length && memcmp(once.bytes, twice.bytes, once.length) == 0);
        text_free(&once);
        text_free(&twice);
    } else {
        must(outcome == RAPPORT_DIFFERS && strncmp(error.text, "f:", 2) == 0);
    }
    free(copy);
    return 0;
}
