/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/replay_compare.h"

#include "base/mem.h"
#include "base/strbuf.h"

#define SHOWN 60 /* bytes of a value */

static const char *const may_differ[] = {
	"timestamp",
	"end_timestamp",
	"run_id",
	"run_source",
	"project_commit",
	"scheduler_commit",
	"harness_version",
	"kernel",
	"host",
	"artefacts",
	"replay",
	"vm.accel_reason",
	"vm.qemu_version",
	"vm.host_wait_pct",
	"vm.start_reason",
	"vm.image",
	"vm.boot_s",
	"vm.wall_s",
	"scheduler_info.object",
	"scheduler_info.commit",
};

struct comparing {
	struct strv *lines;
	size_t fields;
};

static bool is_left_out(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(may_differ); i++)
		if (streq(may_differ[i], path))
			return true;
	return false;
}

static void show(struct strbuf *b, struct json_object *o)
{
	const char *text = o ? json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN) : "null";
	size_t n = strlen(text);

	strbuf_add_printable(b, text, n < SHOWN ? n : SHOWN, false);
	if (n > SHOWN)
		strbuf_adds(b, "…");
}

static void compare(struct comparing *c, const char *path, struct json_object *a,
                    struct json_object *b);

static void compare_objects(struct comparing *c, const char *path, struct json_object *a,
                            struct json_object *b)
{
	json_object_object_foreach(a, key, value)
	{
		_cleanup_free_ char *at = xasprintf("%s%s%s", path, *path ? "." : "", key);

		compare(c, at, value, json_object_object_get(b, key));
	}
	json_object_object_foreach(b, other, only)
	{
		_cleanup_free_ char *at = xasprintf("%s%s%s", path, *path ? "." : "", other);

		if (!json_object_object_get_ex(a, other, NULL))
			compare(c, at, NULL, only);
	}
}

static void compare_arrays(struct comparing *c, const char *path, struct json_object *a,
                           struct json_object *b)
{
	size_t n = json_object_array_length(a), m = json_object_array_length(b);

	for (size_t i = 0; i < n || i < m; i++) {
		_cleanup_free_ char *at = xasprintf("%s[%zu]", path, i);

		compare(c, at, i < n ? json_object_array_get_idx(a, i) : NULL,
		        i < m ? json_object_array_get_idx(b, i) : NULL);
	}
}

static void compare(struct comparing *c, const char *path, struct json_object *a,
                    struct json_object *b)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_INIT;

	if (is_left_out(path))
		return;
	if (json_object_is_type(a, json_type_object) && json_object_is_type(b, json_type_object)) {
		compare_objects(c, path, a, b);
		return;
	}
	if (json_object_is_type(a, json_type_array) && json_object_is_type(b, json_type_array)) {
		compare_arrays(c, path, a, b);
		return;
	}
	c->fields++;
	if (json_object_equal(a, b))
		return;
	strbuf_addf(&line, "%s: ", path);
	show(&line, a);
	strbuf_adds(&line, ", now ");
	show(&line, b);
	strv_add(c->lines, strbuf_cstr(&line));
}

size_t replay_compare(const struct sidecar *then, const struct sidecar *now, struct strv *lines)
{
	_cleanup_json_ struct json_object *a = json_encode(&sidecar_table, then);
	_cleanup_json_ struct json_object *b = json_encode(&sidecar_table, now);
	struct comparing c = { .lines = lines };

	compare_objects(&c, "", a, b);
	return c.fields;
}
