/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/suite_scenarios.h"

#include <fnmatch.h>

#include "base/mem.h"
#include "base/parse.h"
#include "harness/catalogue.h"

/* Being chosen. */
struct choice {
	const struct suite_file *suite;
	int level;
	const struct scenarios *catalogue;
	struct scenarios *own;
	const struct scenario **v;
	size_t n;
};

static void add(struct choice *c, const struct scenario *s)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == s)
			return;
	*xgrow(c->v, c->n) = s;
}

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

bool suite_scenarios_have_pattern(const struct suite_file *suite)
{
	strv_each (&suite->scenarios, i)
		if (is_pattern(suite->scenarios.v[i]))
			return true;
	return false;
}

static bool matches(const struct choice *c, const char *name, const struct scenario *s)
{
	return is_pattern(name) ? (int)scenario_level(s) <= c->level && !fnmatch(name, s->name, 0)
	                        : streq(name, s->name);
}

static int nothing(const struct choice *c, const char *name, struct err *err)
{
	_cleanup_free_ const char **names = xcalloc(c->catalogue->n + 1, sizeof(*names));
	const char *near;

	if (is_pattern(name))
		return err_set(err, ERR_USAGE, "\"%s\" matches no scenario of level %s", name,
		               json_name(&level_names, c->level));
	for (size_t i = 0; i < c->catalogue->n; i++)
		names[i] = c->catalogue->v[i]->name;
	near = parse_suggest(name, names, c->catalogue->n);
	return err_set(err, ERR_USAGE,
	               "no scenario \"%s\"%s%s%s; `harness list` shows them; a file is a path, "
	               "./mine.yaml",
	               name, near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int add_file(struct choice *c, const char *name, struct err *err)
{
	_cleanup_free_ char *path = suite_file_path(c->suite, name);
	struct scenario *s;

	if (scenario_load(path, &s, err) < 0)
		return -(int)err->code;
	*xgrow(c->own->v, c->own->n) = s;
	add(c, s);
	return 0;
}

static int choose(struct choice *c, const char *name, struct err *err)
{
	bool any = false;

	if (strchr(name, '/') || ends_with(name, ".yaml"))
		return add_file(c, name, err);
	for (size_t i = 0; i < c->catalogue->n; i++)
		if (matches(c, name, c->catalogue->v[i])) {
			add(c, c->catalogue->v[i]);
			any = true;
		}
	return any ? 0 : nothing(c, name, err);
}

int suite_scenarios(const struct suite_file *suite, int level, const struct scenarios *catalogue,
                    struct scenarios *own, const struct scenario ***out, size_t *n, struct err *err)
{
	struct choice c = { .suite = suite, .level = level, .catalogue = catalogue, .own = own };

	strv_each (&suite->scenarios, i) {
		const struct yaml_place *at = place_item(suite->at, "scenarios", (uint32_t)i);

		if (choose(&c, suite->scenarios.v[i], err) < 0) {
			free(c.v);
			if (err->code == ERR_USAGE || err->code == ERR_NOT_FOUND)
				place_wrap(at ? at : place_at(suite->at, "scenarios"), NULL, err);
			return catalogue_blame(err);
		}
	}
	*out = c.v;
	*n = c.n;
	return 0;
}
