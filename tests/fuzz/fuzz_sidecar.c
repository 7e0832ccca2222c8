/* SPDX-License-Identifier: GPL-2.0-only */
/* A sidecar from anywhere: one that is read can be written, and then reads back the same. */
#include "base/mem.h"
#include "sidecar/sidecar.h"
#include "tests/fuzz/fuzz.h"

static char *encode(const struct sidecar *s)
{
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, s);

	return json_text(o, true);
}

static char *defects_of(const struct sidecar *s)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;

	sidecar_check(s, &defects);
	return strv_join(&defects, "\n");
}

void fuzz_sidecar(const uint8_t *data, size_t n)
{
	_cleanup_free_ char *text = NULL, *again = NULL, *defects = NULL, *same = NULL;
	_cleanup_free_ char *name = NULL, *same_name = NULL;
	struct err err = ERR_INIT;
	struct sidecar a, b;

	json_init(&sidecar_table, &a);
	json_init(&sidecar_table, &b);
	if (sidecar_decode((const char *)data, n, &a, &err) < 0) {
		FUZZ_MUST(err.msg[0], "refused without a reason");
		json_done(&sidecar_table, &a);
		return;
	}
	text = encode(&a);
	FUZZ_MUST(sidecar_decode(text, strlen(text), &b, &err) == 0, "%s\n%s", err.msg, text);
	again = encode(&b);
	FUZZ_MUST(streq(text, again), "%s\n%s", text, again);
	defects = defects_of(&a);
	same = defects_of(&b);
	FUZZ_MUST(streq(defects, same), "%s\n%s", defects, same);
	name = sidecar_file_name(&a);
	same_name = sidecar_file_name(&b);
	FUZZ_MUST(streq(name, same_name), "%s\n%s", name, same_name);
	FUZZ_MUST(sidecar_is_file_name(name), "%s", name);
	FUZZ_MUST(!strchr(name, '/') && strlen(name) < 256, "%s", name);
	json_done(&sidecar_table, &a);
	json_done(&sidecar_table, &b);
}
