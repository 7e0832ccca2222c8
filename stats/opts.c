/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/opts.h"

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/rundir.h"

void opts_done(struct opts *o)
{
	free(o->dir);
	free(o->format_name);
	o->dir = o->format_name = NULL;
}

int opts_check(struct opts *o, struct err *err)
{
	int format = o->format_name ? grid_format_find(o->format_name) : FORMAT_TABLE;

	if (format < 0)
		return err_set(err, ERR_USAGE, "--format: \"%s\" is none of " OPTS_FORMATS,
		               o->format_name);
	if (o->json && o->format_name && format != FORMAT_JSON)
		return err_set(err, ERR_USAGE, "--json and --format %s exclude each other",
		               o->format_name);
	o->format = o->json ? FORMAT_JSON : (enum grid_format)format;
	return 0;
}

int opts_root(const struct opts *o, char **out, struct err *err)
{
	if (o->dir && !fs_is_dir(AT_FDCWD, o->dir))
		return err_set(err, ERR_NOT_FOUND, "--dir %s: no such directory", o->dir);
	*out = o->dir ? xstrdup(o->dir) : rundir_root();
	return 0;
}

int opts_load(const struct opts *o, struct pool *p, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (opts_root(o, &root, err) < 0 || pool_load_root(p, root, err) < 0)
		return -(int)err->code;
	pool_tell_bad(p, "stats");
	return 0;
}

void opts_print_json(struct json_object *o)
{
	_cleanup_free_ char *text = json_text(o, true);

	fputs(text, stdout);
	json_object_put(o);
}
