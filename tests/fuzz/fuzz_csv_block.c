/* fuzz_csv_block.c - in any text all kernels find what csv_scan finds. The first byte says in which
 * dialect. */
#include <stdlib.h>

#include "block_agree.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const csv_dialect dialects[] = {
        { .delimiter = ',', .decimal = '.', .field_limit = AGREE_LONGEST },
        { .delimiter = ';', .decimal = ',', .field_limit = AGREE_LONGEST },
        { .delimiter = '\t', .any_bytes = true, .field_limit = AGREE_LONGEST },
    };
    enum { DIALECTS = sizeof dialects / sizeof *dialects };
    static kernels open[DIALECTS];

    if (length == 0)
        return 0;
    const unsigned which = bytes[0] % DIALECTS;
    if (!open[which].count)
        kernels_open(&open[which], &dialects[which]);
    if (!kernels_agree(&open[which], (const char *)bytes + 1, length - 1))
        abort();
    return 0;
}
