/* SPDX-License-Identifier: GPL-2.0-only */
#include "vmm/idle.h"

#include <string.h>

#define ANY     0x100 /* a byte that differs from kernel to kernel: an offset, a flag */
#define PADDING 0x90

/*
 * Debian's 6.17, 7.0 and 7.3, all built by gcc with 16 bytes of padding before each function (offsets
 * from the PAUSE):
 *
 *	-2f	16 × nop		padding
 *	-1f	push %rbx		cpu_idle_poll()
 *	+0	pause
 *	+2	mov (%rbx),%rax		the flags of the thread
 *	+5	test $need_resched,%al
 *	+7	jne out
 *	+9	mov cpu_idle_force_poll(%rip),%eax
 *	+f	test %eax,%eax
 *	+11	jne +0
 *	+13	call tick_check_broadcast_expired
 *	+18	test %eax,%eax
 *	+1a	jne +0
 *
 * Both %eax and the flags of the CPU are written before they are read after the PAUSE, so the patch
 * may use them.
 */
#define PAD_AT   (-0x2f)
#define ENTRY_AT (-0x1f)
#define ENTRY    0x53
#define PAD_SIZE 16

static const uint16_t loop[] = { 0xf3, 0x90, 0x48, 0x8b, 0x03, 0xa8, ANY,  0x75, ANY,  0x8b,
	                         0x05, ANY,  ANY,  ANY,  ANY,  0x85, 0xc0, 0x75, 0xed, 0xe8,
	                         ANY,  ANY,  ANY,  ANY,  0x85, 0xc0, 0x75, 0xe4 };
#define LOOP_SIZE  (sizeof(loop) / sizeof(loop[0]))
#define FIXED_SIZE 6 /* of its first bytes */

/* In the padding: mov $IDLE_ROUNDS,%eax; 1: dec %eax; jne 1b; pause; jmp PAUSE + 2 */
static const uint8_t stub[] = { 0xb8, IDLE_ROUNDS, 0,    0,    0,    0xff, 0xc8,
	                        0x75, 0xfc,        0xf3, 0x90, 0xeb, 0x24 };
/* In place of the PAUSE: jmp to the stub. */
static const uint8_t jump[] = { 0xeb, 0xcf };

static bool is_the_loop(const uint8_t *pause)
{
	for (size_t i = 0; i < LOOP_SIZE; i++)
		if (loop[i] != ANY && loop[i] != pause[i])
			return false;
	for (int i = 0; i < PAD_SIZE; i++)
		if (pause[PAD_AT + i] != PADDING)
			return false;
	return pause[ENTRY_AT] == ENTRY;
}

bool idle_patch(uint8_t *memory, size_t n)
{
	uint8_t first[FIXED_SIZE], *found = NULL, *at = memory - PAD_AT, *end = memory + n;

	for (int i = 0; i < FIXED_SIZE; i++)
		first[i] = (uint8_t)loop[i];
	while (at < end && (size_t)(end - at) >= LOOP_SIZE) {
		at = memmem(at, (size_t)(end - at), first, FIXED_SIZE);
		if (!at || (size_t)(end - at) < LOOP_SIZE)
			break;
		if (is_the_loop(at)) {
			if (found)
				return false;
			found = at;
		}
		at++;
	}
	if (!found)
		return false;
	memcpy(found + PAD_AT, stub, sizeof(stub));
	memcpy(found, jump, sizeof(jump));
	return true;
}
