/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <float.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

/* One field of each kind, required and not. */
struct inner {
	char *name;
	uint64_t n;
};
static const struct json_field inner_fields[] = {
	{ "name", JSON_STR, offsetof(struct inner, name) },
	{ "n", JSON_U64, offsetof(struct inner, n), .flags = JSON_NULLABLE },
};
static const struct json_table inner_table =
	JSON_TABLE("inner", struct inner, inner_fields, "test");

enum color {
	RED,
	GREEN = 2
};
static const char *const color_list[] = { [RED] = "red", [GREEN] = "green" };
static const struct json_names color_names = JSON_NAMES(color_list);

struct in_line {
	double temperature;
};
static const struct json_field in_line_fields[] = {
	{ "temperature", JSON_F64, offsetof(struct in_line, temperature), .flags = JSON_NULLABLE },
};
static const struct json_table in_line_table =
	JSON_TABLE("in_line", struct in_line, in_line_fields, "test");

struct all {
	bool flag;
	int8_t tri, tri_opt;
	uint32_t u32;
	uint64_t u64;
	int64_t i64;
	double f64;
	char *str, *str_opt;
	int color, color_null;
	struct inner obj;
	struct in_line in;
	struct inner *ptr;
	JSON_ARRAY_OF(struct inner) items;
	struct strv strv, strv_opt;
	struct strmap map;
	struct json_u64s u64s;
	struct json_f64map f64map;
};
#define F(name_, kind_, ...)                                                                       \
	{                                                                                          \
#name_, kind_, offsetof(struct all, name_), __VA_ARGS__                            \
	}
static const struct json_field all_fields[] = {
	F(flag, JSON_BOOL, .flags = JSON_NULLABLE),
	F(tri, JSON_TRI, .flags = JSON_NULLABLE),
	F(tri_opt, JSON_TRI, .flags = JSON_OPTIONAL),
	F(u32, JSON_U32, .flags = JSON_NULLABLE),
	F(u64, JSON_U64, .flags = JSON_NULLABLE),
	F(i64, JSON_I64, .flags = JSON_NULLABLE),
	F(f64, JSON_F64, .flags = JSON_NULLABLE),
	F(str, JSON_STR, .flags = JSON_NULLABLE),
	F(str_opt, JSON_STR, .flags = JSON_OPTIONAL),
	F(color, JSON_ENUM, .names = &color_names, .flags = JSON_OPTIONAL),
	F(color_null, JSON_ENUM, .names = &color_names, .flags = JSON_NULLABLE),
	F(obj, JSON_OBJ, .table = &inner_table, .flags = JSON_NULLABLE),
	F(in, JSON_INLINE, .table = &in_line_table),
	F(ptr, JSON_OBJ_PTR, .table = &inner_table, .flags = JSON_NULLABLE),
	F(items, JSON_ARRAY, .table = &inner_table, .flags = JSON_NULLABLE),
	F(strv, JSON_STRV, .flags = JSON_NULLABLE),
	F(strv_opt, JSON_STRV, .flags = JSON_OPTIONAL),
	F(map, JSON_STRMAP, .flags = JSON_NULLABLE),
	F(u64s, JSON_U64S, .flags = JSON_NULLABLE),
	F(f64map, JSON_F64MAP, .flags = JSON_NULLABLE),
};
static const struct json_table all_table = JSON_TABLE("all", struct all, all_fields, "test");

static void fill(struct all *a)
{
	struct inner *item;

	json_init(&all_table, a);
	a->flag = true;
	a->tri = 0;
	a->tri_opt = 1;
	a->u32 = U32_NONE - 1;
	a->u64 = U64_NONE - 1;
	a->i64 = INT64_MIN + 1;
	a->f64 = 0.1;
	a->str = xstrdup("a \"b\"\n/\x01 é");
	a->str_opt = xstrdup("");
	a->color = GREEN;
	a->color_null = RED;
	a->obj.name = xstrdup("in place");
	a->in.temperature = -40.5;
	a->ptr = xcalloc(1, sizeof(*a->ptr));
	a->ptr->name = xstrdup("pointed at");
	a->ptr->n = 7;
	for (int i = 0; i < 3; i++) {
		item = xgrow(a->items.v, a->items.n);
		json_init(&inner_table, item);
		item->name = xasprintf("item %d", i);
	}
	strv_addl(&a->strv, "x", "", NULL);
	strv_add(&a->strv_opt, "y");
	strmap_set(&a->map, "k", "v");
	strmap_set(&a->map, "none", NULL);
	*xgrow(a->u64s.v, a->u64s.n) = 0;
	*xgrow(a->u64s.v, a->u64s.n) = U64_NONE - 1;
	json_f64map_set(&a->f64map, "pi", 3.141592653589793);
	json_f64map_set(&a->f64map, "absent", NAN);
}

static int parse_all(const char *text, struct all *a, struct err *err)
{
	return json_decode(&all_table, text, strlen(text), a, err);
}

static char *text_of(const struct all *a, bool pretty)
{
	_cleanup_json_ struct json_object *o = json_encode(&all_table, a);

	return json_text(o, pretty);
}

static void check_round_trip(const struct all *a, bool pretty)
{
	_cleanup_free_ char *text = text_of(a, pretty), *again = NULL;
	struct err err = ERR_INIT;
	struct all b;

	json_init(&all_table, &b);
	ASSERT_OK(parse_all(text, &b, &err));
	again = text_of(&b, pretty);
	ck_assert_str_eq(again, text);
	ck_assert(json_equal(&all_table, a, &b));
	json_done(&all_table, &b);
}

TEST(round_trip_of_every_kind)
{
	struct all a;

	fill(&a);
	check_round_trip(&a, true);
	check_round_trip(&a, false);
	json_done(&all_table, &a);
}

TEST(round_trip_of_nothing)
{
	struct all a;

	json_init(&all_table, &a);
	a.obj.name = xstrdup(""); /* the only required key */
	check_round_trip(&a, true);
	json_done(&all_table, &a);
}

TEST(values_come_back_in_place)
{
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	struct all a, b;

	fill(&a);
	text = text_of(&a, false);
	json_init(&all_table, &b);
	ASSERT_OK(parse_all(text, &b, &err));
	ck_assert(b.flag && b.tri == 0 && b.tri_opt == 1);
	ck_assert_uint_eq(b.u32, U32_NONE - 1);
	ck_assert_uint_eq(b.u64, U64_NONE - 1);
	ck_assert_int_eq(b.i64, INT64_MIN + 1);
	ck_assert(b.f64 == 0.1 && b.in.temperature == -40.5);
	ck_assert_str_eq(b.str, a.str);
	ck_assert_int_eq(b.color, GREEN);
	ck_assert_uint_eq(b.obj.n, U64_NONE);
	ck_assert_uint_eq(b.ptr->n, 7);
	ck_assert_uint_eq(b.items.n, 3);
	ck_assert_str_eq(b.items.v[2].name, "item 2");
	ck_assert_ptr_null(strmap_get(&b.map, "none"));
	ck_assert_uint_eq(b.map.n, 2);
	ck_assert(isnan(json_f64map_get(&b.f64map, "absent")));
	ck_assert(json_f64map_get(&b.f64map, "pi") == 3.141592653589793);
	ck_assert_ptr_null(b.strv.v[b.strv.n]);
	json_done(&all_table, &a);
	json_done(&all_table, &b);
}

TEST(text_of_nothing)
{
	_cleanup_free_ char *text = NULL;
	struct all a;

	json_init(&all_table, &a);
	text = text_of(&a, false);
	ck_assert_str_eq(text,
	                 "{\"flag\":false,\"tri\":null,\"u32\":null,\"u64\":null,\"i64\":null,"
	                 "\"f64\":null,\"str\":null,\"color_null\":null,"
	                 "\"obj\":{\"name\":null,\"n\":null},\"temperature\":null,"
	                 "\"ptr\":null,\"items\":[],\"strv\":[],\"map\":{},\"u64s\":[],"
	                 "\"f64map\":{}}");
	json_done(&all_table, &a);
}

TEST(null_is_none_where_it_may_be)
{
	struct err err = ERR_INIT;
	struct all a;

	json_init(&all_table, &a);
	ASSERT_OK(parse_all("{\"flag\":null,\"tri\":null,\"u32\":null,\"u64\":null,\"i64\":null,"
	                    "\"f64\":null,\"str\":null,\"color\":null,\"obj\":null,\"ptr\":null,"
	                    "\"items\":null,\"strv\":null,\"map\":null,\"u64s\":null,"
	                    "\"f64map\":null,\"temperature\":null}",
	                    &a, &err));
	ck_assert(a.tri == TRI_NONE && a.u32 == U32_NONE && a.u64 == U64_NONE && a.i64 == I64_NONE);
	ck_assert(isnan(a.f64) && isnan(a.in.temperature) && !a.str && !a.ptr && a.color == -1);
	json_done(&all_table, &a);
}

TEST(unknown_keys_are_taken_in_silence)
{
	struct err err = ERR_INIT;
	struct all a;

	json_init(&all_table, &a);
	ASSERT_OK(parse_all("{\"from_the_future\":{\"x\":[1,2]},\"u32\":1}", &a, &err));
	ck_assert_uint_eq(a.u32, 1);
	json_done(&all_table, &a);
}

/* label: the document; want: the start of the message */
static const struct {
	const char *label, *want;
} wrong_types[] = {
	{ "[]", "all: expected an object, got [" },
	{ "null", "all: expected an object, got null" },
	{ "{\"flag\":1}", "flag: expected true or false, got 1" },
	{ "{\"tri\":\"yes\"}", "tri: expected true or false, got \"yes\"" },
	{ "{\"u32\":-1}", "u32: expected a whole number from 0 to 4294967294, got -1" },
	{ "{\"u32\":4294967295}", "u32: expected a whole number from 0" },
	{ "{\"u32\":1.0}", "u32: expected a whole number, got 1.0" },
	{ "{\"u32\":\"1\"}", "u32: expected a whole number, got \"1\"" },
	{ "{\"u32\":true}", "u32: expected a whole number, got true" },
	{ "{\"u64\":18446744073709551615}", "u64: expected" },
	{ "{\"u64\":99999999999999999999}", "u64: expected" },
	{ "{\"u64\":1e3}", "u64: expected a whole number, got 1e3" },
	{ "{\"i64\":9223372036854775808}", "i64: expected" },
	{ "{\"i64\":-9223372036854775808}", "i64: expected" },
	{ "{\"i64\":-99999999999999999999}", "i64: expected" },
	{ "{\"i64\":[]}", "i64: expected a whole number, got []" },
	{ "{\"f64\":\"1\"}", "f64: expected a number, got \"1\"" },
	{ "{\"f64\":false}", "f64: expected a number, got false" },
	{ "{\"f64\":1e400}", "f64: expected a number, got 1e400" },
	{ "{\"str\":12}", "str: expected a string, got 12" },
	{ "{\"str\":\"a\\u0000b\"}", "str: expected a string without NUL" },
	{ "{\"color\":\"blue\"}", "color: expected one of red green, got \"blue\"" },
	{ "{\"color\":2}", "color: expected one of red green, got 2" },
	{ "{\"obj\":[]}", "obj: expected an object, got []" },
	{ "{\"obj\":{}}", "obj.name: is missing" },
	{ "{\"obj\":{\"name\":null}}", "obj.name: is null" },
	{ "{\"ptr\":{\"name\":\"x\",\"n\":\"y\"}}", "ptr.n: expected a whole number, got \"y\"" },
	{ "{\"items\":{}}", "items: expected an array, got {}" },
	{ "{\"items\":[{\"name\":\"x\"},null]}", "items[1]: expected an object, got null" },
	{ "{\"items\":[{\"name\":\"x\"},{\"name\":12}]}",
	  "items[1].name: expected a string, got 12" },
	{ "{\"temperature\":\"hot\"}", "temperature: expected a number, got \"hot\"" },
	{ "{\"strv\":\"x\"}", "strv: expected an array of strings" },
	{ "{\"strv\":[\"x\",null]}", "strv[1]: expected a string, got null" },
	{ "{\"map\":[]}", "map: expected an object of strings" },
	{ "{\"map\":{\"a\":1}}", "map.a: expected a string, got 1" },
	{ "{\"u64s\":[1,-2]}", "u64s[1]: expected a whole number" },
	{ "{\"u64s\":[99999999999999999999]}", "u64s[0]: expected a whole number" },
	{ "{\"u64s\":3}", "u64s: expected an array of whole numbers" },
	{ "{\"f64map\":{\"p\":\"x\"}}", "f64map.p: expected a number" },
	{ "{\"f64map\":{\"\\u001b[2J\":\"x\"}}", "f64map.\\x1b[2J: expected a number" },
	{ "{\"str\":\"kept\",\"obj\":{\"name\":\"kept\"},\"items\":[{\"name\":\"kept\"}],"
	  "\"strv\":[\"kept\"],\"f64map\":{\"a\":1,\"b\":[]}}",
	  "f64map.b: expected a number" },
};
TEST_ROWS(wrong_type_names_the_path, wrong_types)
{
	struct err err = ERR_INIT;
	struct all a, none;

	json_init(&all_table, &a);
	json_init(&all_table, &none);
	ASSERT_ERR(parse_all(row->label, &a, &err), ERR_FORMAT, row->want);
	ck_assert_msg(starts_with(err.msg, row->want), "%s", err.msg);
	/* the record is empty again, and nothing leaked (ASan) */
	ck_assert(json_equal(&all_table, &a, &none));
}

TEST(a_long_wrong_value_is_cut)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct all a;

	strbuf_adds(&b, "{\"u32\":\"");
	for (int i = 0; i < 5000; i++)
		strbuf_adds(&b, "é");
	strbuf_adds(&b, "\"}");
	json_init(&all_table, &a);
	ASSERT_ERR(parse_all(b.s, &a, &err), ERR_FORMAT, "...");
	ck_assert_uint_lt(strlen(err.msg), 200);
}

/* Found by fuzzing: "u32" followed by a NUL and more is another key; comparing it must stay within
 * bounds. */
TEST(a_key_with_a_nul_is_no_key_of_ours)
{
	struct err err = ERR_INIT;
	struct all a;

	json_init(&all_table, &a);
	a.u32 = 7;
	parse_all("{\"u32\\u0000\\u0000 and much more than any name is long\":5}", &a, &err);
	ck_assert_uint_eq(a.u32, 7);
	json_done(&all_table, &a);
}

TEST(not_finite_is_null)
{
	_cleanup_free_ char *text = NULL;
	struct all a;

	json_init(&all_table, &a);
	a.f64 = INFINITY;
	a.in.temperature = -INFINITY;
	json_f64map_set(&a.f64map, "x", INFINITY);
	text = text_of(&a, false);
	ck_assert_ptr_nonnull(strstr(text, "\"f64\":null"));
	ck_assert_ptr_nonnull(strstr(text, "\"temperature\":null"));
	ck_assert_ptr_nonnull(strstr(text, "{\"x\":null}"));
	json_done(&all_table, &a);
}

/* Objects made by hand go through the same text. */
TEST(not_finite_by_hand_is_null)
{
	_cleanup_json_ struct json_object *o = json_object_new_array();
	_cleanup_free_ char *text = NULL;

	json_object_array_add(o, json_object_new_double(NAN));
	json_object_array_add(o, json_object_new_double(0.1));
	text = json_text(o, false);
	ck_assert_str_eq(text, "[null,0.1]");
}

TEST(enum_out_of_range_is_not_readable)
{
	_cleanup_free_ char *text = NULL;
	struct all a;

	json_init(&all_table, &a);
	a.color_null = 1; /* has no name */
	text = text_of(&a, false);
	ck_assert_ptr_nonnull(strstr(text, "\"color_null\":null"));
	a.color_null = 99;
	free(steal_ptr(&text));
	text = text_of(&a, false);
	ck_assert_ptr_nonnull(strstr(text, "\"color_null\":null"));
	json_done(&all_table, &a);
}

TEST(text_is_always_utf8)
{
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	struct all a, b;

	json_init(&all_table, &a);
	json_init(&all_table, &b);
	a.obj.name = xstrdup("");
	a.str = xstrdup("caf\xe9 \xff …");
	strmap_set(&a.map, "k\xff", "v\xfe");
	text = text_of(&a, true);
	ASSERT_OK(parse_all(text, &b, &err));
	ck_assert_str_eq(b.str, "caf\\xe9 \\xff …");
	ck_assert_str_eq(strmap_get(&b.map, "k\\xff"), "v\\xfe");
	json_done(&all_table, &a);
	json_done(&all_table, &b);
}

static const struct {
	const char *label;
	double v;
} doubles[] = {
	{ "0", 0 },
	{ "-0.0", -0.0 },
	{ "1", 1 },
	{ "100", 100 },
	{ "-2.5", -2.5 },
	{ "0.1", 0.1 },
	{ "0.00001", 0.00001 },
	{ "1e-06", 0.000001 },
	{ "0.30000000000000004", 0.1 + 0.2 },
	{ "3.141592653589793", 3.141592653589793 },
	{ "1234567.875", 1234567.875 },
	{ "9007199254740992", 9007199254740992.0 },
	{ "12345678901234568", 12345678901234568.0 },
	{ "1e+17", 1e17 },
	{ "1.2345e+300", 1.2345e300 },
	{ "1.7976931348623157e+308", DBL_MAX },
	{ "2.2250738585072014e-308", DBL_MIN },
	{ "5e-324", 5e-324 },
};
TEST_ROWS(double_is_written_shortest, doubles)
{
	_cleanup_json_ struct json_object *o = json_object_new_double(row->v);
	_cleanup_free_ char *text = json_text(o, false);
	double back = strtod(text, NULL);

	ck_assert_str_eq(text, row->label);
	ck_assert_mem_eq(&back, &row->v, sizeof(back));
}

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

TEST(any_double_reads_back_the_same)
{
	uint64_t seed = 88172645463325252ULL;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&seed);
		_cleanup_json_ struct json_object *in = NULL, *out = NULL;
		_cleanup_free_ char *text = NULL;
		struct err err = ERR_INIT;
		double v, back;

		memcpy(&v, &bits, sizeof(v));
		if (i % 2) /* ordinary sizes as well */
			v = (double)(int64_t)bits / 1e13;
		if (!isfinite(v))
			continue;
		in = json_object_new_double(v);
		text = json_text(in, false);
		ASSERT_OK(json_parse(text, strlen(text), &out, &err));
		back = json_object_get_double(out);
		ck_assert_msg(memcmp(&back, &v, sizeof(v)) == 0, "%a became %s", v, text);
	}
}

static const struct {
	const char *label;
} documents_good[] = {
	{ "{}" },
	{ "[]" },
	{ " {} \n" },
	{ "12" },
	{ "-0.5e-3" },
	{ "\"x\"" },
	{ "true" },
	{ "{\"a\":{\"b\":[1,2,{\"c\":null}]}}" },
	{ "\"\\u00e9\\ud83d\\ude00é\"" },
};
TEST_ROWS(document_taken, documents_good)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(json_parse(row->label, strlen(row->label), &o, &err));
	ck_assert_ptr_nonnull(o);
}

TEST(null_document_is_null)
{
	struct json_object *o = (struct json_object *)&o;
	struct err err = ERR_INIT;

	ASSERT_OK(json_parse("null", 4, &o, &err));
	ck_assert_ptr_null(o);
}

static const struct {
	const char *label;
	const char *in;
	size_t n; /* 0: strlen */
} documents_bad[] = {
	{ "empty", "", 0 },
	{ "white space", "  \n", 0 },
	{ "cut object", "{\"a\":1", 0 },
	{ "cut string", "\"abc", 0 },
	{ "cut literal", "tru", 0 },
	{ "trailing text", "{} x", 0 },
	{ "two documents", "{}{}", 0 },
	{ "trailing comma in array", "[1,]", 0 },
	{ "trailing comma in object", "{\"a\":1,}", 0 },
	{ "no quotes", "{a:1}", 0 },
	{ "comment", "/* x */ {}", 0 },
	{ "NaN", "[NaN]", 0 },
	{ "Infinity", "[Infinity]", 0 },
	{ "-Infinity", "{\"a\":[-Infinity]}", 0 },
	{ "beyond double", "[1e999]", 0 },
	{ "upper case literal", "[TRUE]", 0 },
	{ "not UTF-8", "\"\xff\"", 0 },
	{ "cut UTF-8", "\"\xc3\"", 0 },
	{ "Latin-1", "\"caf\xe9\"", 0 },
	{ "overlong UTF-8", "\"\xe0\x80\xa6\"", 0 },
	{ "surrogate in UTF-8", "\"\xed\xa0\x80\"", 0 },
	{ "beyond Unicode", "\"\xf4\x90\x80\x80\"", 0 },
	{ "NUL at the end", "{}\0", 3 },
	{ "NUL inside", "[1,\0 2]", 7 },
};
TEST_ROWS(document_refused, documents_bad)
{
	struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(json_parse(row->in, row->n ? row->n : strlen(row->in), &o, &err), ERR_FORMAT,
	           "JSON: ");
	ck_assert_ptr_null(o);
}

static int parse_nested(int depth, struct err *err)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < depth; i++)
		strbuf_addc(&b, '[');
	for (int i = 0; i < depth; i++)
		strbuf_addc(&b, ']');
	return json_parse(b.s, b.n, &o, err);
}

TEST(depth_is_bounded)
{
	struct err err = ERR_INIT;

	ASSERT_OK(parse_nested(31, &err));
	ASSERT_ERR(parse_nested(33, &err), ERR_FORMAT, "nesting");
	ASSERT_ERR(parse_nested(100000, &err), ERR_FORMAT, "nesting");
}

TEST(file_is_bounded_and_named)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "x.json");
	_cleanup_json_ struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(json_read(AT_FDCWD, path, 100, &o, &err), ERR_NOT_FOUND, "x.json");
	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, "[1, 2]\n", 7, 0644, &err));
	ASSERT_ERR(json_read(AT_FDCWD, path, 6, &o, &err), ERR_LIMIT, "x.json");
	ASSERT_OK(json_read(AT_FDCWD, path, 7, &o, &err));
	ck_assert_uint_eq(json_object_array_length(o), 2);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, "[1, 2", 5, 0644, &err));
	ASSERT_ERR(json_read(AT_FDCWD, path, 100, &o, &err), ERR_FORMAT, "x.json: JSON: ");
}

TEST(pretty_text_is_indented_and_ends_in_a_newline)
{
	static const char in[] = "{\"a\":[1],\"b\":{\"c\":\"x/y\"}}";
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(json_parse(in, strlen(in), &o, &err));
	text = json_text(o, true);
	ck_assert_str_eq(text,
	                 "{\n  \"a\": [\n    1\n  ],\n  \"b\": {\n    \"c\": \"x/y\"\n  }\n}\n");
}

TEST(names_both_ways)
{
	ck_assert_int_eq(json_name_index(&color_names, "green"), GREEN);
	ck_assert_int_eq(json_name_index(&color_names, "blue"), -1);
	ck_assert_int_eq(json_name_index(&color_names, ""), -1);
	ck_assert_str_eq(json_name(&color_names, GREEN), "green");
	ck_assert_str_eq(json_name(&color_names, 1), "?");
	ck_assert_str_eq(json_name(&color_names, -1), "?");
	ck_assert_str_eq(json_name(&color_names, 3), "?");
}

TEST(f64map_is_sorted_and_replaces)
{
	struct all a;

	json_init(&all_table, &a);
	json_f64map_set(&a.f64map, "b", 2);
	json_f64map_set(&a.f64map, "a", 1);
	json_f64map_set(&a.f64map, "b", 22);
	ck_assert_uint_eq(a.f64map.n, 2);
	ck_assert_str_eq(a.f64map.v[0].key, "a");
	ck_assert(json_f64map_get(&a.f64map, "b") == 22);
	ck_assert(isnan(json_f64map_get(&a.f64map, "c")));
	json_done(&all_table, &a);
}

TEST(done_of_done_is_harmless)
{
	struct all a;

	fill(&a);
	json_done(&all_table, &a);
	json_done(&all_table, &a);
	ck_assert_ptr_null(a.str);
	ck_assert_uint_eq(a.u64, U64_NONE);
}

TEST(arrays_can_grow_after_decoding)
{
	struct err err = ERR_INIT;

	for (int n = 0; n < 9; n++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
		struct all a;

		strbuf_adds(&b, "{\"u64s\":[");
		for (int i = 0; i < n; i++)
			strbuf_addf(&b, "%s%d", i ? "," : "", i);
		strbuf_adds(&b, "]}");
		json_init(&all_table, &a);
		ASSERT_OK(parse_all(b.s, &a, &err));
		for (int i = 0; i < 20; i++)
			*xgrow(a.u64s.v, a.u64s.n) = 1;
		ck_assert_uint_eq(a.u64s.n, (size_t)n + 20);
		json_done(&all_table, &a);
	}
}
