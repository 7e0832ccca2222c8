/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "vmm/idle.h"

/* cpu_idle_poll() of Debian's 7.0.13 from its padding on, up to the end of the loop. */
static const uint8_t code[] = {
	0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
	0x90, 0x53, 0x66, 0x90, 0xe8, 0x58, 0xec, 0xff, 0xff, 0xff, 0x15, 0x12, 0x0c, 0xf0, 0x00,
	0x65, 0x48, 0x8b, 0x1d, 0x02, 0xad, 0xba, 0x01, 0x48, 0x8b, 0x03, 0xa8, 0x10, 0x74, 0x0b,
	0xeb, 0x1c, 0xf3, 0x90, 0x48, 0x8b, 0x03, 0xa8, 0x10, 0x75, 0x13, 0x8b, 0x05, 0x66, 0x68,
	0x27, 0x01, 0x85, 0xc0, 0x75, 0xed, 0xe8, 0xf9, 0xe9, 0xff, 0xff, 0x85, 0xc0, 0x75, 0xe4,
};
#define AT     1000 /* in the memory */
#define MEMORY 8192

static const struct {
	const char *label;
	int changed_at; /* this byte of the code is another; -1: none */
	bool twice;
	bool want;
} rows[] = {
	{ "as known", -1, false, true },
	{ "another flag", 53, false, true },
	{ "padding in use", 3, false, false },
	{ "another entry", 16, false, false },
	{ "another register after the PAUSE", 51, false, false },
	{ "another jump back", 65, false, false },
	{ "two such places", -1, true, false },
};
TEST_ROWS(idle_loop_is_patched_only_where_it_is_known, rows)
{
	uint8_t memory[MEMORY] = { 0 }, before[MEMORY];

	memcpy(memory + AT, code, sizeof(code));
	if (row->twice)
		memcpy(memory + 2 * AT, code, sizeof(code));
	if (row->changed_at >= 0)
		memory[AT + row->changed_at] ^= 0x20;
	memcpy(before, memory, sizeof(memory));
	ck_assert_int_eq(idle_patch(memory, sizeof(memory)), row->want);
	if (!row->want)
		ck_assert_mem_eq(memory, before, sizeof(memory));
}

TEST(idle_loop_jumps_to_the_count_and_back)
{
	uint8_t memory[MEMORY] = { 0 };
	uint8_t *pause = memory + AT + 0x2f, *stub = memory + AT;

	memcpy(stub, code, sizeof(code));
	ck_assert(idle_patch(memory, sizeof(memory)));
	ck_assert_uint_eq(pause[0], 0xeb);
	ck_assert_ptr_eq(pause + 2 + (int8_t)pause[1], stub);
	ck_assert_uint_eq(stub[1], IDLE_ROUNDS);
	ck_assert_uint_eq(stub[11], 0xeb);
	ck_assert_ptr_eq(stub + 13 + (int8_t)stub[12], pause + 2);
	ck_assert_uint_eq(stub[0x10], 0x53);
	ck_assert(!idle_patch(memory, sizeof(memory)));
}
