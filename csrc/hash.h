/* The hashes of Go's maps on amd64, where they use AES. The keys are what all of them depend on beside a map's seed. */
#ifndef GOBRIDGE_CSRC_HASH_H
#define GOBRIDGE_CSRC_HASH_H

#include "inline.h"
#include "load.h"

#include <immintrin.h>
#include <stddef.h>

#define WITH_AES __attribute__((target("aes,sse4.1")))

/* A key to be found, of one of three kinds. */
typedef enum key_kind { BYTES4, BYTES8, TEXT } key_kind;
typedef struct key {
    uint64_t number;
    const char *text;
} key; /* of a text, number is the length */

WITH_AES static inline __m128i mixed3(__m128i state) {
    state = _mm_aesenc_si128(state, state);
    state = _mm_aesenc_si128(state, state);
    return _mm_aesenc_si128(state, state);
}

static inline __m128i load128(const char *text) {
    return _mm_loadu_si128((const __m128i *)text);
}

/* 1 to 16 bytes, and zeros, without reading any other. */
static inline __m128i padded(const char *text, size_t len) {
    uint64_t low = 0, high = 0;
    if (len > 8) {
        low = load64(text);
        high = load64(text + len - 8) >> (16 - len) * 8;
    } else if (len >= 4) {
        low = load32(text) | (uint64_t)load32(text + len - 4) << (len - 4) * 8;
    } else {
        const unsigned char *u = (const unsigned char *)text;
        low = u[0] | (uint64_t)u[len / 2] << len / 2 * 8 | (uint64_t)u[len - 1] << (len - 1) * 8;
    }
    return _mm_set_epi64x((long long)high, (long long)low);
}

/* Go's memhash32, memhash64 and strhash, where they use AES. */
WITH_AES GOBRIDGE_INLINE uint64_t hash_of(key_kind kind, key k, uint64_t seed, const __m128i keys[4]) {
    __m128i h = _mm_cvtsi64_si128((long long)seed);
    if (kind != TEXT) {
        h = kind == BYTES4 ? _mm_insert_epi32(h, (int)k.number, 2)
                           : _mm_insert_epi64(h, (long long)k.number, 1);
        h = _mm_aesenc_si128(h, keys[0]);
        h = _mm_aesenc_si128(h, keys[1]);
        h = _mm_aesenc_si128(h, keys[2]);
        return (uint64_t)_mm_cvtsi128_si64(h);
    }
    const size_t len = (size_t)k.number;
    const __m128i plain = _mm_shufflehi_epi16(_mm_insert_epi16(h, (int)len, 4), 0);
    const __m128i first = _mm_xor_si128(plain, keys[0]);
    const __m128i seed0 = _mm_aesenc_si128(first, first);
    if (!len) {
        h = _mm_aesenc_si128(seed0, seed0);
    } else if (len <= 16) {
        h = mixed3(_mm_xor_si128(padded(k.text, len), seed0));
    } else {
        const __m128i second = _mm_xor_si128(plain, keys[1]);
        const __m128i seed1 = _mm_aesenc_si128(second, second);
        __m128i a = _mm_xor_si128(load128(k.text), seed0);
        if (len <= 32) {
            h = _mm_xor_si128(mixed3(a), mixed3(_mm_xor_si128(load128(k.text + len - 16), seed1)));
        } else {
            const __m128i third = _mm_xor_si128(plain, keys[2]);
            const __m128i fourth = _mm_xor_si128(plain, keys[3]);
            const __m128i b = mixed3(_mm_xor_si128(load128(k.text + 16), seed1));
            const __m128i c =
                mixed3(_mm_xor_si128(load128(k.text + len - 32), _mm_aesenc_si128(third, third)));
            const __m128i d =
                mixed3(_mm_xor_si128(load128(k.text + len - 16), _mm_aesenc_si128(fourth, fourth)));
            a = mixed3(a);
            h = _mm_xor_si128(_mm_xor_si128(a, c), _mm_xor_si128(b, d));
        }
    }
    return (uint64_t)_mm_cvtsi128_si64(h);
}

#endif
