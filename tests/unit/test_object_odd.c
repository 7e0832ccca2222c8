/* SPDX-License-Identifier: GPL-2.0-only */
/* On tests/fixtures/schedulers/odd.bpf.c, as built. */
#include "base/fs.h"
#include "base/mem.h"
#include "harness/object/object.h"
#include "tests/unit/test.h"

#define ODD "target/tests/fixtures/schedulers/odd.bpf.o"

static struct object *opened(void)
{
	struct object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(object_open(ODD, &o, &err));
	return o;
}

/* The patches as text: "SECTION+OFFSET=HEX SECTION+OFFSET=HEX". */
static char *patched(const struct object *o)
{
	struct strbuf b = STRBUF_INIT;
	struct object_patches p;

	object_patches(o, &p);
	for (size_t i = 0; i < p.n; i++)
		strbuf_addf(&b, "%s%s+%llu=%s", i ? " " : "", p.v[i].section,
		            (unsigned long long)p.v[i].offset, p.v[i].hex);
	object_patches_done(&p);
	return strbuf_steal(&b);
}

static const struct {
	const char *label, *set, *want;
} sections[] = {
	{ "map's name is cut", "in_bss=1", ".bss.with_a_long_name+0=01" },
	{ "name ends like another's", "in_data=1", ".data.rodata+0=01" },
};

TEST_ROWS(object_finds_sections, sections)
{
	_cleanup_free_ char *got = NULL;
	struct object *o = opened();
	struct err err = ERR_INIT;

	ASSERT_OK(object_set(o, row->set, &err));
	got = patched(o);
	ck_assert_str_eq(got, row->want);
	object_free(o);
}

/* libbpf moves its names while the first grows. */
TEST(object_grows_several_arrays)
{
	const struct object_machine m = { .cpus = 4, .llcs = 1, .nodes = 1, .threads_per_core = 1 };
	struct object *o = opened();
	struct strmap sizes = { 0 };

	object_use_machine(o, &m);
	object_sizes(o, &sizes);
	ck_assert_uint_eq(sizes.n, 2);
	ck_assert_str_eq(strmap_get(&sizes, ".data.one_per_cpu"), "32");
	ck_assert_str_eq(strmap_get(&sizes, ".data.per_cpu"), "32");
	strmap_done(&sizes);
	object_free(o);
}
