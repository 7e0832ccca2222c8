/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/catalogue.h"

#include "base/mem.h"
#include "base/parse.h"
#include "harness/resource.h"

static int take(struct scenarios *all, const char *name, struct scenario **out, struct err *err)
{
	_cleanup_free_ const char **names = xcalloc(all->n + 1, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < all->n; i++) {
		names[i] = all->v[i]->name;
		if (streq(names[i], name)) {
			*out = steal_ptr(&all->v[i]);
			return 0;
		}
	}
	near = parse_suggest(name, names, all->n);
	return err_set(err, ERR_USAGE, "no scenario \"%s\"%s%s%s; `harness list` shows them", name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int catalogue_find(const char *name, struct scenario **out, struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	struct scenarios all = { 0 };
	int r;

	if (strchr(name, '/') || ends_with(name, ".yaml"))
		return catalogue_load_file(name, out, err);
	if (resource_path("catalogue", &dir, err) < 0 || scenarios_load(dir, &all, err) < 0)
		return -(int)err->code;
	r = take(&all, name, out, err);
	scenarios_done(&all);
	return r;
}

int catalogue_blame(struct err *err)
{
	if (err->code == ERR_FORMAT)
		err->code = ERR_USAGE;
	return -(int)err->code;
}

int catalogue_load_file(const char *path, struct scenario **out, struct err *err)
{
	_cleanup_free_ char *why = NULL;

	if (scenario_load(path, out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND || strchr(path, '/') || ends_with(path, ".yaml"))
		return catalogue_blame(err);
	why = xstrdup(err->msg);
	return err_set(err, ERR_NOT_FOUND,
	               "%s; --scenario takes a file, -E %s selects scenarios of the catalogue", why,
	               path);
}
