/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/cgroup.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"

#define EVENT_NS          (5 * NS_PER_SEC) /* wait for a freeze, or for the last task to be gone */
#define MOVE_TRIES        16 /* each try moves what was forked during the one before */
#define BASIC_CONTROLLERS "+cpu +cpuset"
#define PROCS_MAX         (1u << 20)

pid_t cgroup_fork(int dir_fd)
{
	struct clone_args a = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)dir_fd,
	};

	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

char *cgroup_path(const char *name)
{
	return fs_join(CGROUP_TEST, name);
}

/* Adds the controller of an interface file: "memory.max" → "+memory". */
static void need_controller(struct strv *list, const char *file)
{
	_cleanup_free_ char *name = xstrndup(file, strcspn(file, "."));
	_cleanup_free_ char *plus = xasprintf("+%s", name);

	if (!streq(name, "cgroup") && !strv_has(list, plus))
		strv_add(list, plus);
}

static char *needed_controllers(const struct job *job)
{
	_cleanup_strv_ struct strv list = STRV_INIT;
	const struct job_cgroup *gs = job->cgroups.v;
	const struct job_op *ops = job->ops.v;

	strv_split(&list, BASIC_CONTROLLERS, " ");
	for (size_t i = 0; i < job->cgroups.n; i++)
		strmap_each (&gs[i].knobs, k)
			need_controller(&list, gs[i].knobs.v[k].key);
	for (size_t i = 0; i < job->ops.n; i++)
		if (ops[i].file)
			need_controller(&list, ops[i].file);
	return strv_join(&list, " ");
}

static bool has_partition(const struct job *job)
{
	for (size_t i = 0; i < job->cgroups.n; i++)
		if (strmap_get(&job->cgroups.v[i].knobs, CPUSET_PARTITION))
			return true;
	return false;
}

/* A partition's CPUs must be exclusive in every cgroup up to the root. */
static int allow_partitions(const struct cgroups *c, uint32_t n_cpus, struct err *err)
{
	_cleanup_free_ char *all = xasprintf("0-%u", n_cpus - 1);

	return fs_write(c->root_fd, CGROUP_TEST "/" CPUSET_EXCLUSIVE, all, err);
}

/* The kernel accepts any partition. Whether it is valid shows when it is read: "root invalid
 * (…)". */
static int check_partition(const struct cgroups *c, const struct cgroup *g, struct err *err)
{
	_cleanup_free_ char *file = fs_join(g->path, CPUSET_PARTITION);
	_cleanup_free_ char *is = NULL;
	const char *want = strmap_get(&g->job->knobs, CPUSET_PARTITION);

	if (!want)
		return 0;
	is = fs_read_line(c->root_fd, file);
	return is && streq(is, want)
	               ? 0
	               : err_set(err, ERR_UNSUPPORTED, "partition %s: the kernel says \"%s\"", want,
	                         is ? is : "");
}

/* Enables the controllers for the children of a cgroup. */
static int enable_controllers(int root_fd, const char *list, const char *dir, struct err *err)
{
	_cleanup_free_ char *file = fs_join(dir, "cgroup.subtree_control");

	return fs_write(root_fd, file, list, err);
}

static int enable_for_tests(int root_fd, const char *list, struct err *err)
{
	int ret;

	if ((ret = enable_controllers(root_fd, list, CGROUP_ROOT, err)) < 0 ||
	    (ret = fs_mkdir_p(root_fd, CGROUP_TEST, err)) < 0)
		return ret;
	return enable_controllers(root_fd, list, CGROUP_TEST, err);
}

int cgroups_prepare(int root_fd, struct err *err)
{
	return enable_for_tests(root_fd, BASIC_CONTROLLERS, err);
}

int cgroups_init(struct cgroups *c, const struct job *job, int root_fd, struct err *err)
{
	int ret;

	*c = (struct cgroups){ .root_fd = root_fd, .n = job->cgroups.n + 1 };
	c->controllers = needed_controllers(job);
	c->items = xcalloc(c->n, sizeof(*c->items));
	for (size_t i = 0; i < c->n; i++) {
		struct cgroup *g = &c->items[i];

		g->job = i < job->cgroups.n ? &job->cgroups.v[i] : NULL;
		g->path = g->job ? cgroup_path(g->job->name) : xstrdup(CGROUP_ROOT);
		g->fd = -1;
	}
	if ((ret = enable_for_tests(root_fd, c->controllers, err)) < 0)
		return ret;
	if (has_partition(job) && (ret = allow_partitions(c, job->topology.cpus, err)) < 0)
		return ret;
	c->items[c->n - 1].fd = openat(root_fd, CGROUP_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return 0;
}

void cgroups_done(struct cgroups *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->items[i].fd >= 0)
			close(c->items[i].fd);
		free(c->items[i].path);
	}
	free(c->items);
	free(c->controllers);
	*c = (struct cgroups){ 0 };
}

struct cgroup *cgroups_get(struct cgroups *c, uint32_t index, struct err *err)
{
	size_t i = index == U32_NONE ? c->n - 1 : index;

	if (i >= c->n || (index != U32_NONE && i == c->n - 1))
		err_set(err, ERR_FORMAT, "no cgroup %u", index);
	else if (c->items[i].fd < 0)
		err_set(err, ERR_NOT_FOUND, "cgroup %s does not exist", c->items[i].job->name);
	else
		return &c->items[i];
	return NULL;
}

uint32_t cgroups_count(const struct cgroups *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i + 1 < c->n; i++)
		n += c->items[i].fd >= 0;
	return n;
}

int cgroup_write(struct cgroups *c, const struct cgroup *g, const char *file, const char *value,
                 struct err *err)
{
	_cleanup_free_ char *path = fs_join(g->path, file);

	if (strchr(file, '/'))
		return err_set(err, ERR_USAGE, "%s: not an interface file", file);
	return fs_write(c->root_fd, path, value, err);
}

bool cgroup_is_below(const char *name, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(name, parent, n) == 0 && name[n] == '/';
}

/* Enables the controllers along the way to `name`. A cgroup that holds tasks cannot enable any. */
static int enable_controllers_above(struct cgroups *c, const char *name, struct err *err)
{
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		_cleanup_free_ char *parent = xstrndup(name, (size_t)(slash - name));
		_cleanup_free_ char *dir = cgroup_path(parent);

		if (enable_controllers(c->root_fd, c->controllers, dir, err) < 0)
			return err->sys_errno == EBUSY ? err_set(err, ERR_USAGE,
			                                         "cgroup %s holds tasks, so no "
			                                         "cgroup can be made in it",
			                                         parent)
			                               : -(int)err->code;
	}
	return 0;
}

static int write_knobs(struct cgroups *c, const struct cgroup *g, struct err *err)
{
	int ret = 0;

	strmap_each (&g->job->knobs, i) {
		const struct strmap_pair *k = &g->job->knobs.v[i];

		if ((ret = cgroup_write(c, g, k->key, k->value, err)) < 0)
			return ret;
	}
	return ret;
}

static int make(struct cgroups *c, struct cgroup *g, struct err *err)
{
	const char *name = g->job->name;
	int ret;

	if (!name[0] || strstr(name, "..") || name[0] == '/')
		return err_set(err, ERR_USAGE, "not a valid name");
	if (g->fd >= 0)
		return err_set(err, ERR_BUSY, "exists already");
	if ((ret = enable_controllers_above(c, name, err)) < 0 ||
	    (ret = fs_mkdir_p(c->root_fd, g->path, err)) < 0 ||
	    (ret = write_knobs(c, g, err)) < 0 || (ret = check_partition(c, g, err)) < 0)
		return ret;
	g->fd = openat(c->root_fd, g->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (g->fd < 0)
		return err_sys(err, errno, "open");
	g->frozen = false;
	cgroup_stat_read(c->root_fd, g->path, &g->before);
	return 0;
}

int cgroup_make(struct cgroups *c, uint32_t index, struct err *err)
{
	if (index >= c->n - 1)
		return err_set(err, ERR_FORMAT, "no cgroup %u", index);
	return make(c, &c->items[index], err) < 0
	               ? err_wrap(err, "cgroup %s", c->items[index].job->name)
	               : 0;
}

/* cgroup.events holds "populated 0\nfrozen 1\n". poll() reports a change. */
static bool event_is(int fd, const char *want)
{
	char text[256];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, want) != NULL;
}

static int wait_event(const struct cgroup *g, const char *want, struct err *err)
{
	_cleanup_close_ int fd = openat(g->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	uint64_t deadline = deadline_in(EVENT_NS);
	struct pollfd p = { .fd = fd, .events = POLLPRI };

	if (fd < 0)
		return err_sys(err, errno, "cgroup.events");
	while (!event_is(fd, want)) {
		if (clock_mono_ns() >= deadline)
			return err_set(err, ERR_TIMEOUT, "timeout: not \"%s\"", want);
		poll(&p, 1, deadline_poll_ms(deadline));
	}
	return 0;
}

int cgroup_freeze(struct cgroups *c, struct cgroup *g, bool frozen, struct err *err)
{
	int ret;

	if (!g->job)
		return err_set(err, ERR_USAGE, "the root cgroup cannot be frozen");
	if ((ret = cgroup_write(c, g, "cgroup.freeze", frozen ? "1" : "0", err)) < 0)
		return ret;
	g->frozen = frozen;
	return wait_event(g, frozen ? "frozen 1" : "frozen 0", err);
}

static void add_used(struct cgroup_stat *sum, const struct cgroup_stat *s,
                     const struct cgroup_stat *before)
{
	const size_t n = sizeof(*sum) / sizeof(uint64_t);
	uint64_t *to = (uint64_t *)sum;
	const uint64_t *after = (const uint64_t *)s, *from = (const uint64_t *)before;

	for (size_t i = 0; i < n; i++) {
		uint64_t d = none_sub(after[i], from[i]);

		to[i] = d == U64_NONE || to[i] == U64_NONE ? U64_NONE : to[i] + d;
	}
}

void cgroups_begin(struct cgroups *c)
{
	for (size_t i = 0; i < c->n; i++) {
		c->items[i].ended = (struct cgroup_stat){ 0 };
		if (c->items[i].fd >= 0)
			cgroup_stat_read(c->root_fd, c->items[i].path, &c->items[i].before);
	}
}

void cgroup_used(const struct cgroups *c, const struct cgroup *g, struct cgroup_stat *out)
{
	struct cgroup_stat now;

	*out = g->ended;
	if (g->fd < 0)
		return;
	cgroup_stat_read(c->root_fd, g->path, &now);
	add_used(out, &now, &g->before);
}

/* With all cgroups below it: workers of some types make cgroups below their own. */
static int remove_tree(struct cgroups *c, const char *path, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	int ret = fs_list(c->root_fd, path, &names, err);

	for (size_t i = 0; ret == 0 && i < names.n; i++) {
		_cleanup_free_ char *below = fs_join(path, names.v[i]);

		if (fs_is_dir(c->root_fd, below))
			ret = remove_tree(c, below, err);
	}
	if (ret < 0)
		return ret;
	return unlinkat(c->root_fd, path, AT_REMOVEDIR) < 0 ? err_sys(err, errno, "rmdir") : 0;
}

int cgroup_remove(struct cgroups *c, struct cgroup *g, struct err *err)
{
	struct cgroup_stat last;
	int ret;

	if (!g->job)
		return err_set(err, ERR_USAGE, "the root cgroup cannot be removed");
	if ((ret = cgroup_write(c, g, "cgroup.kill", "1", err)) < 0 ||
	    (ret = wait_event(g, "populated 0", err)) < 0)
		return ret;
	cgroup_used(c, g, &last);
	if ((ret = remove_tree(c, g->path, err)) < 0)
		return ret;
	g->ended = last;
	close(steal_fd(&g->fd));
	return 0;
}

static int move_listed(struct cgroups *c, const char *pids, const char *to, struct err *err)
{
	_cleanup_strv_ struct strv list = STRV_INIT;

	strv_split(&list, pids, "\n");
	strv_each (&list, i)
		if (fs_write(c->root_fd, to, list.v[i], err) < 0 && err->sys_errno != ESRCH)
			return -(int)err->code;
	err_clear(err);
	return 0;
}

int cgroup_move_tasks(struct cgroups *c, const struct cgroup *from, const struct cgroup *to,
                      struct err *err)
{
	_cleanup_free_ char *source = fs_join(from->path, "cgroup.procs");
	_cleanup_free_ char *target = fs_join(to->path, "cgroup.procs");
	int ret = 0;

	if (!from->job)
		return err_set(err, ERR_USAGE, "tasks of the root cgroup stay there");
	for (int i = 0; ret == 0 && i < MOVE_TRIES; i++) {
		_cleanup_strbuf_ struct strbuf pids = STRBUF_INIT;

		if ((ret = fs_read(c->root_fd, source, PROCS_MAX, &pids, err)) < 0 || !pids.n)
			return ret;
		ret = move_listed(c, pids.s, target, err);
	}
	return ret < 0 ? ret
	               : err_set(err, ERR_TIMEOUT, "its tasks fork faster than they can be moved");
}
