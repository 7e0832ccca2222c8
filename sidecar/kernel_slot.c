/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/variable.h"
#include "sidecar/kernel_slot.h"

#define METADATA_MAX (1u << 20)

static char *from_metadata(const char *dir)
{
	_cleanup_free_ char *path = fs_join(dir, "metadata.json");
	_cleanup_json_ struct json_object *o = NULL;
	struct err ignored = ERR_INIT; /* after a bad file the next source is tried */
	struct json_object *v;

	if (json_read(AT_FDCWD, path, METADATA_MAX, &o, &ignored) < 0 ||
	    !json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, "version", &v) ||
	    !json_object_is_type(v, json_type_string) || !*json_object_get_string(v))
		return NULL;
	return xstrdup(json_object_get_string(v));
}

char *kernel_slot_of(const char *dir)
{
	_cleanup_free_ char *path = fs_join(dir, "include/config/kernel.release");
	char *version = from_metadata(dir);

	if (version)
		return version;
	version = fs_read_line(AT_FDCWD, path);
	if (version && !*version) {
		free(version);
		version = NULL;
	}
	return version;
}

char *kernel_slot_of_env(void)
{
	const char *dir = variable_get(VAR_KTSTR_KERNEL);

	return dir ? kernel_slot_of(dir) : NULL;
}
