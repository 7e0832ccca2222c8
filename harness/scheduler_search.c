/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scheduler_search.h"

#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/object/object.h"

#define DEPTH_MAX   8
#define ENTRIES_MAX 100000

struct search_walk {
	struct scheduler_search *found;
	size_t entries;
};

static bool is_scheduler(const char *path)
{
	_cleanup_strv_ struct strv ops = STRV_INIT;
	struct err ignored = ERR_INIT;
	struct object *o;

	if (object_open(path, &o, &ignored) < 0)
		return false;
	object_ops_maps(o, &ops);
	object_free(o);
	return ops.n > 0;
}

static void keep(struct search_walk *w, struct strv *list, const char *path)
{
	if (list->n >= SEARCH_MAX)
		w->found->cut = true;
	else
		strv_add(list, path);
}

static void look_at(struct search_walk *w, const char *path, mode_t mode)
{
	const char *name = fs_basename(path);

	if (ends_with(name, ".bpf.o") && is_scheduler(path))
		keep(w, &w->found->objects, path);
	else if (starts_with(name, "scx_") && !strchr(name, '.') && mode & S_IXUSR)
		keep(w, &w->found->executables, path);
}

static void walk(struct search_walk *w, const char *dir, unsigned int depth)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (depth > DEPTH_MAX || w->entries > ENTRIES_MAX) {
		w->found->cut = true;
		return;
	}
	if (fs_list(AT_FDCWD, dir, &names, &ignored) < 0)
		return;
	strv_each (&names, i) {
		_cleanup_free_ char *path =
			streq(dir, ".") ? xstrdup(names.v[i]) : fs_join(dir, names.v[i]);
		struct stat st;

		w->entries++;
		if (names.v[i][0] == '.' || lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			walk(w, path, depth + 1);
		else if (S_ISREG(st.st_mode))
			look_at(w, path, st.st_mode);
	}
}

void scheduler_search(const char *dir, struct scheduler_search *out)
{
	struct search_walk w = { .found = out };

	*out = (struct scheduler_search){ 0 };
	walk(&w, dir, 0);
}

void scheduler_search_done(struct scheduler_search *s)
{
	strv_done(&s->objects);
	strv_done(&s->executables);
}
