/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/fault.h"

#include "sidecar/sidecar.h"
#include "tests/unit/golden.h"
#include "tests/unit/test.h"
#include "vmm/console.h"

TEST(fault_rows_are_complete)
{
	for (int i = 0; i < FAULT_COUNT; i++) {
		const struct fault_row *r = &fault_rows[i];

		ck_assert(r->name && r->outcome && r->means && r->example && r->advice &&
		          r->held_by);
		ck_assert_int_ge(json_name_index(&outcome_names, r->outcome), 0);
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(r->name, fault_rows[k].name);
	}
}

TEST(fault_names_of_the_vm_are_in_the_table)
{
	ck_assert_str_eq(fault_name(FAULT_MEMORY), CONSOLE_MEMORY);
	ck_assert_str_eq(fault_name(FAULT_BUG), CONSOLE_BUG);
	ck_assert_str_eq(fault_name(FAULT_LOCKUP), CONSOLE_LOCKUP);
	ck_assert_str_eq(fault_name(FAULT_RCU_STALL), CONSOLE_RCU_STALL);
	ck_assert_str_eq(fault_name(FAULT_HUNG_TASK), CONSOLE_HUNG_TASK);
	ck_assert_str_eq(fault_name(FAULT_PANIC), CONSOLE_PANIC);
}

TEST(fault_page_is_current)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < FAULT_COUNT; i++) {
		const struct fault_row *r = &fault_rows[i];

		if (i == FAULT_VERIFIER)
			strbuf_adds(&b, "## The scheduler does not start\n\n");
		if (i == FAULT_BPF_ERROR)
			strbuf_adds(&b, "## The scheduler exits\n\n");
		if (i == FAULT_MEMORY)
			strbuf_adds(&b, "## The guest fails\n\n");
		strbuf_addf(&b,
		            "### %s\n\n- outcome: %s\n- means: %s\n- cause, for example: `%s`\n"
		            "- what to do: %s\n- held by: `%s`\n\n",
		            r->name, r->outcome, r->means, r->example, r->advice, r->held_by);
	}
	golden_block("docs/outcomes.md", "faults", &b);
}
