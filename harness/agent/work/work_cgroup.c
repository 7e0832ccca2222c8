/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_cgroup.h"

#include <errno.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

struct cgroup_home {
	char *name;    /* last part of its path; "" for the root */
	int dir_fd;    /* the cgroup itself */
	int parent_fd; /* where siblings are made */
	int procs_fd;
};

/* The second is for systems that mount cgroup v1 and v2 both. */
static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static const char *cgroup2_mount(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		_cleanup_free_ char *file = fs_join(mounts[i], "cgroup.controllers");

		if (fs_exists(AT_FDCWD, file))
			return mounts[i];
	}
	return NULL;
}

/* The path after "0::" in /proc/self/cgroup. It begins with a slash. */
static char *own_path(void)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = { 0 };
	struct err err = ERR_INIT;

	if (fs_read(AT_FDCWD, "/proc/self/cgroup", 1 << 16, &b, &err) < 0)
		return NULL;
	strv_split(&lines, strbuf_cstr(&b), "\n");
	strv_each (&lines, i)
		if (starts_with(lines.v[i], "0::/"))
			return xstrdup(lines.v[i] + 3);
	return NULL;
}

static int open_dir(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct cgroup_home *cgroup_home_find(void)
{
	const char *mount = cgroup2_mount();
	_cleanup_free_ char *own = mount ? own_path() : NULL;
	_cleanup_free_ char *dir = own ? xasprintf("%s%s", mount, own) : NULL;
	_cleanup_free_ char *parent = NULL;
	struct cgroup_home *h;

	if (!dir)
		return NULL;
	h = xcalloc(1, sizeof(*h));
	h->name = xstrdup(fs_basename(own));
	parent = streq(own, "/") ? xstrdup(dir) : xasprintf("%s/..", dir);
	h->dir_fd = open_dir(dir);
	h->parent_fd = open_dir(parent);
	h->procs_fd = openat(h->dir_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (h->procs_fd >= 0 && h->parent_fd >= 0)
		return h;
	cgroup_home_free(h);
	return NULL;
}

void cgroup_home_free(struct cgroup_home *h)
{
	if (!h)
		return;
	cleanup_close(&h->procs_fd);
	cleanup_close(&h->parent_fd);
	cleanup_close(&h->dir_fd);
	free(h->name);
	free(h);
}

static bool enter(int procs_fd)
{
	while (write(procs_fd, "0", 1) != 1)
		if (errno != EINTR)
			return false;
	return true;
}

bool cgroup_home_return(const struct cgroup_home *h)
{
	return enter(h->procs_fd);
}

/* Knobs that the home cgroup lacks, or that are empty or 0 there, keep their default. */
static bool copy_knobs(const struct cgroup_home *h, int to_fd)
{
	static const char *const knobs[] = { "cpuset.cpus", "cpuset.mems", "cpu.weight", "cpu.max",
		                             "cpu.idle" };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
		_cleanup_free_ char *value = fs_read_line(h->dir_fd, knobs[i]);

		if (value && *value && !streq(value, "0") &&
		    fs_write(to_fd, knobs[i], value, &err) < 0)
			return false;
	}
	return true;
}

bool cgroup_sibling_make(const struct cgroup_home *h, unsigned int index, struct cgroup_sibling *s)
{
	_cleanup_close_ int fd = -1;

	snprintf(s->name, sizeof(s->name), "%.32s~%d.%u", h->name, (int)getpid(), index);
	s->procs_fd = -1;
	if (mkdirat(h->parent_fd, s->name, 0755) < 0)
		return false;
	fd = openat(h->parent_fd, s->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && copy_knobs(h, fd))
		s->procs_fd = openat(fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (s->procs_fd < 0)
		cgroup_sibling_remove(h, s);
	return s->procs_fd >= 0;
}

bool cgroup_sibling_enter(const struct cgroup_sibling *s)
{
	return enter(s->procs_fd);
}

void cgroup_sibling_remove(const struct cgroup_home *h, struct cgroup_sibling *s)
{
	cleanup_close(&s->procs_fd);
	s->procs_fd = -1;
	unlinkat(h->parent_fd, s->name, AT_REMOVEDIR);
}
