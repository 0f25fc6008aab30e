/* utf8.c - one character at a time, and no faith in what a file says it is. */
#include "utf8.h"

size_t utf8_length(const char *at, size_t length)
{
    const unsigned char *b = (const unsigned char *)at;
    if (b[0] < 0x80)
        return 1;

    size_t bytes = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || length < bytes)
        return 0;
    for (size_t i = 1; i < bytes; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xF0 && b[1] < 0x90);
    bool surrogate = b[0] == 0xED && b[1] > 0x9F;
    bool beyond = b[0] == 0xF4 && b[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : bytes;
}

bool utf8_control(const char *at, size_t length)
{
    const unsigned char *b = (const unsigned char *)at;
    return b[0] < 0x20 || b[0] == 0x7F || (b[0] == 0xC2 && length > 1 && b[1] < 0xA0);
}
