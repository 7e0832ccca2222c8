/* SPDX-License-Identifier: GPL-2.0-only */
/* On tests/fixtures/schedulers/odd.bpf.c, as built. */
#include <bpf/btf.h>

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

/* A value that the object was compiled with says nothing of the kernel that boots. */
TEST(object_takes_constants_from_the_kernel_alone)
{
	_cleanup_free_ char *path = xasprintf("/tmp/ktstr-btf-%d", (int)getpid());
	_cleanup_free_ char *got = NULL;
	struct btf *kernel = btf__new_empty();
	struct object *o = opened();
	struct err err = ERR_INIT;
	uint32_t bytes;

	btf__add_enum(kernel, "odd_signed", 4);
	btf__add_enum_value(kernel, "ODD_OTHER", 1);
	const void *raw = btf__raw_data(kernel, &bytes);
	FILE *f = fopen(path, "w");
	ck_assert(f && fwrite(raw, 1, bytes, f) == bytes && fclose(f) == 0);
	ASSERT_OK(object_use_kernel(o, path, &err));
	got = patched(o);
	ck_assert_str_eq(got, "");
	remove(path);
	btf__free(kernel);
	object_free(o);
}

static const struct {
	const char *label, *set, *want;
} values[] = {
	{ "negative enumerator", "amount=ODD_BELOW", "ffffffffffffffff" },
	{ "least enumerator", "mode=ODD_LEAST", "80" },
	{ "negative wide enumerator", "wide=ODD_WIDE_BELOW", "0efad5feffffff" },
	{ "element of an element", "nested[1][2]=9", "09" },
	{ "row of a nested array", "nested[1]=9", "09" },
	{ "text in an array", "names[1]=abc", "616263" },
	{ "no text where none fits", "one=", "" },
	{ "negative bit field", "bits[1].middle=-16", "80" },
	{ "bool as a bit", "bits[1].high=true", "01" },
};

TEST_ROWS(object_sets_odd_values, values)
{
	struct object_patches p;
	struct object *o = opened();
	struct err err = ERR_INIT;

	ASSERT_OK(object_set(o, row->set, &err));
	object_patches(o, &p);
	ck_assert_uint_eq(p.n, *row->want != 0);
	if (p.n)
		ck_assert_str_eq(p.v[0].hex, row->want);
	object_patches_done(&p);
	object_free(o);
}

static const struct {
	const char *label, *set, *text;
} bad_values[] = {
	{ "negative enumerator for unsigned", "nested[0]=ODD_BELOW", "not in 0" },
	{ "negative enumerator joined", "mode=ODD_ON|ODD_BELOW", "cannot be joined" },
};

TEST_ROWS(object_refuses_odd_values, bad_values)
{
	struct object *o = opened();
	struct err err = ERR_INIT;

	ASSERT_ERR(object_set(o, row->set, &err), ERR_USAGE, row->text);
	object_free(o);
}

TEST(object_shows_the_beginning_of_large_variables)
{
	struct object *o = opened();
	struct object_vars vars;
	int seen = 0;

	object_list_vars(o, &vars);
	for (size_t i = 0; i < vars.n; i++) {
		const struct object_var *v = &vars.v[i];

		if (streq(v->name, "large")) {
			seen += starts_with(v->value, "[0,0,") && ends_with(v->value, "…");
			ck_assert_uint_lt(strlen(v->value), 4096);
		}
		seen += streq(v->name, "pointer") && streq(v->value, "(nil)");
	}
	ck_assert_int_eq(seen, 2);
	object_vars_done(&vars);
	object_free(o);
}

/* A copy of the object in which `change` has changed the BTF; the caller frees the path. */
static char *with_btf(void (*change)(struct btf *btf))
{
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT;
	char *path = xasprintf("/tmp/ktstr-odd-%d.bpf.o", (int)getpid());
	struct btf *btf = btf__parse(ODD, NULL);
	struct err err = ERR_INIT;
	char *was, *at;
	uint32_t bytes;

	ck_assert_ptr_nonnull(btf);
	was = xmemdup(btf__raw_data(btf, &bytes), 24); /* struct btf_header */
	ASSERT_OK(fs_read(AT_FDCWD, ODD, 1 << 20, &file, &err));
	at = memmem(file.s, file.n, was, 24);
	ck_assert_ptr_nonnull(at);
	change(btf);
	memcpy(at, btf__raw_data(btf, &bytes), bytes);
	FILE *f = fopen(path, "w");
	ck_assert(f && fwrite(file.s, 1, file.n, f) == file.n && fclose(f) == 0);
	btf__free(btf);
	free(was);
	return path;
}

static struct btf_type *type_named(struct btf *btf, const char *name, uint32_t kind)
{
	int32_t id = btf__find_by_name_kind(btf, name, kind);

	ck_assert_int_gt(id, 0);
	return (struct btf_type *)btf__type_by_id(btf, (uint32_t)id);
}

/* The text `label` gets longer than its section. */
static void lengthen(struct btf *btf)
{
	const struct btf_type *var = type_named(btf, "label", BTF_KIND_VAR);
	const struct btf_type *t = btf__type_by_id(btf, var->type);

	while (!btf_is_array(t))
		t = btf__type_by_id(btf, t->type);
	((struct btf_array *)btf_array(t))->nelems = INT32_MAX;
}

TEST(object_does_not_write_past_a_section)
{
	_cleanup_free_ char *path = with_btf(lengthen);
	struct object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(object_open(path, &o, &err));
	ASSERT_ERR(object_set(o, "label=abc", &err), ERR_FORMAT, "label: ends after");
	remove(path);
	object_free(o);
}

static void set_inner(struct btf *btf, const char *name, uint32_t kind, const char *type,
                      uint32_t type_kind)
{
	int32_t id = btf__find_by_name_kind(btf, type, type_kind);
	struct btf_type *t = type_named(btf, name, kind);

	ck_assert_int_gt(id, 0);
	if (btf_is_composite(t))
		btf_members(t)->type = (uint32_t)id;
	else
		t->type = (uint32_t)id;
}

static void typedef_of_itself(struct btf *btf)
{
	set_inner(btf, "u64", BTF_KIND_TYPEDEF, "u64", BTF_KIND_TYPEDEF);
}

static void struct_in_itself(struct btf *btf)
{
	set_inner(btf, "odd_bits", BTF_KIND_STRUCT, "odd_bits", BTF_KIND_STRUCT);
}

static void pointer_to_itself(struct btf *btf)
{
	const struct btf_type *var = type_named(btf, "pointer", BTF_KIND_VAR);

	((struct btf_type *)btf__type_by_id(btf, var->type))->type = var->type;
}

static const struct {
	const char *label;
	void (*change)(struct btf *btf);
} circles[] = {
	{ "typedef", typedef_of_itself },
	{ "struct", struct_in_itself },
	{ "pointer", pointer_to_itself },
};

TEST_ROWS(object_refuses_a_type_in_itself, circles)
{
	_cleanup_free_ char *path = with_btf(row->change);
	struct object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(object_open(path, &o, &err), ERR_FORMAT, "holds itself");
	remove(path);
}

TEST(object_bounds_what_grows)
{
	struct object *o = opened();
	struct err err = ERR_INIT;

	ASSERT_ERR(object_resize(o, "per_cpu=4294967295", &err), ERR_USAGE, "more than 1 GiB");
	ASSERT_ERR(object_resize(o, "per_cpu=134217729", &err), ERR_USAGE, "more than 1 GiB");
	object_free(o);
}
