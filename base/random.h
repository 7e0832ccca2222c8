/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers: the same on every machine, for the same seed. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

/* A seed of its own for each index: splitmix64. */
static inline uint64_t random_mix(uint64_t seed, uint64_t index)
{
	uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* What random_next() starts from: it would stay at 0. */
static inline uint64_t random_start(uint64_t mixed)
{
	return mixed ? mixed : 1;
}

/* xorshift64* */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dULL;
}

#endif
