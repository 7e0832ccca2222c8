/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/payload_runs.h"

#include <errno.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/exec.h"
#include "harness/agent/machine.h"
#include "harness/agent/scheduler.h"
#include "harness/agent/trace.h"

#define RUNS_MAX    1024
#define KILL_NS     (5 * NS_PER_SEC) /* wait for the end of a killed payload */
#define COLLECT_MAX (8u << 20)

static const struct job_payload *payload_at(const struct payload_runs *p, uint32_t index)
{
	return p->a->job.payloads.v + index;
}

int payload_runs_init(struct payload_runs *p, struct agent *a, struct cgroups *cgroups,
                      struct err *err)
{
	*p = (struct payload_runs){ .a = a, .cgroups = cgroups };
	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll_fd < 0)
		return err_sys(err, errno, "payloads: epoll");
	if (a->job.payloads.n)
		machine_furnish(a);
	return 0;
}

int payload_runs_fd(const struct payload_runs *p)
{
	return p->epoll_fd;
}

static struct payload_run *find_live(struct payload_runs *p, uint32_t index)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->runs[i].payload == index && p->runs[i].pid)
			return &p->runs[i];
	return NULL;
}

/* A child of the named cgroup: the cgroup itself accepts no tasks if it enables controllers. */
static int make_cgroup(struct payload_runs *p, struct payload_run *r, struct err *err)
{
	const struct cgroup *in = cgroups_get(p->cgroups, r->in, err);

	if (!in)
		return -(int)err->code;
	r->cgroup = xasprintf("%s/payload-%zu", in->path, p->n);
	if (fs_mkdir_p(p->a->root_fd, r->cgroup, err) < 0)
		return err_wrap(err, "cgroup of the payload");
	return 0;
}

static int watch(const struct payload_runs *p, int fd, struct err *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = p->n - 1 };

	return epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? err_sys(err, errno, "epoll")
	                                                          : 0;
}

static int start(struct payload_runs *p, struct payload_run *r, struct err *err)
{
	_cleanup_close_ int cgroup_fd = openat(p->a->root_fd, r->cgroup, O_DIRECTORY | O_CLOEXEC);
	int pipe_fds[2];

	if (cgroup_fd < 0)
		return err_sys(err, errno, "cgroup of the payload");
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	r->out_fd = pipe_fds[0];
	_cleanup_close_ int write_fd = pipe_fds[1];
	fcntl(r->out_fd, F_SETFL, O_NONBLOCK);
	trace_add_cgroup(p->a->trace, r->in == U32_NONE ? (uint32_t)p->a->job.cgroups.n : r->in,
	                 cgroup_fd);
	r->start_ns = clock_mono_ns();
	r->pid = cgroup_fork(cgroup_fd);
	if (r->pid == 0)
		exec_program(&payload_at(p, r->payload)->argv, &payload_at(p, r->payload)->env,
		             write_fd);
	if (r->pid < 0) {
		r->pid = 0;
		return err_sys(err, errno, "fork");
	}
	r->pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	if (r->pidfd < 0)
		return err_sys(err, errno, "pidfd");
	return watch(p, r->out_fd, err) < 0 || watch(p, r->pidfd, err) < 0 ? -(int)err->code : 0;
}

int payload_runs_start(struct payload_runs *p, uint32_t index, uint64_t begin_ns, struct err *err)
{
	const struct job_payload *jp;
	struct payload_run *r;

	if (index >= p->a->job.payloads.n)
		return err_set(err, ERR_FORMAT, "no payload %u", index);
	jp = payload_at(p, index);
	if (find_live(p, index))
		return err_set(err, ERR_BUSY, "%s is running already", jp->name);
	if (p->n >= RUNS_MAX)
		return err_set(err, ERR_LIMIT, "payloads were started more than %d times",
		               RUNS_MAX);
	r = xgrow(p->runs, p->n);
	*r = (struct payload_run){ .payload = index,
		                   .in = jp->cgroup,
		                   .pidfd = -1,
		                   .out_fd = -1,
		                   .begin_ns = begin_ns,
		                   .cpu_ns = U64_NONE };
	output_init(&r->output, jp->output_max_bytes);
	if (make_cgroup(p, r, err) < 0 || start(p, r, err) < 0)
		return err_wrap(err, "%s", jp->name);
	return 0;
}

static void stop_watching(const struct payload_runs *p, int *fd)
{
	if (*fd < 0)
		return;
	epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, *fd, NULL);
	close(*fd);
	*fd = -1;
}

static void drain(const struct payload_runs *p, struct payload_run *r)
{
	char buf[16384];
	ssize_t n;

	while (r->out_fd >= 0 && (n = read(r->out_fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		output_add(&r->output, buf, (size_t)n);
	}
	stop_watching(p, &r->out_fd);
}

static void kill_cgroup(const struct payload_runs *p, const struct payload_run *r)
{
	_cleanup_free_ char *file = fs_join(r->cgroup, "cgroup.kill");
	struct err err = ERR_INIT;

	if (fs_write(p->a->root_fd, file, "1", &err) < 0)
		agent_log(p->a, "payload: %s", err.msg);
}

static bool reap(const struct payload_runs *p, struct payload_run *r)
{
	if (!r->pid || waitpid(r->pid, &r->status, WNOHANG) != r->pid)
		return false;
	r->pid = 0;
	r->end_ns = clock_mono_ns();
	stop_watching(p, &r->pidfd);
	kill_cgroup(p, r); /* processes it left behind */
	return true;
}

void payload_runs_pump(struct payload_runs *p)
{
	struct epoll_event ev[16];
	int n = epoll_wait(p->epoll_fd, ev, ARRAY_SIZE(ev), 0);

	for (int i = 0; i < n; i++) {
		struct payload_run *r = &p->runs[ev[i].data.u64];

		reap(p, r);
		drain(p, r);
	}
}

/* Waits for any event, at most until the deadline. */
static void wait_any(struct payload_runs *p, uint64_t deadline)
{
	struct scheduler *scheduler = p->a->scheduler;
	struct pollfd fds[] = { { .fd = p->epoll_fd, .events = POLLIN },
		                { .fd = scheduler ? scheduler_watch_fd(scheduler) : -1,
		                  .events = POLLIN } };

	poll(fds, ARRAY_SIZE(fds), deadline_poll_ms(deadline));
	payload_runs_pump(p);
	/* scheduler_gone() has read the kernel log, so the next poll would not see this. Keep
	 * it. */
	if (fds[1].revents && scheduler_gone(p->a, scheduler))
		p->scheduler_gone = true;
}

int payload_runs_wait(struct payload_runs *p, uint32_t index, uint64_t deadline, struct err *err)
{
	uint64_t since = clock_mono_ns();
	bool any = false;

	for (size_t i = 0; i < p->n; i++)
		any = any || p->runs[i].payload == index;
	if (!any)
		return err_set(err, ERR_NOT_FOUND, "payload %u was not started", index);
	while (find_live(p, index) && !p->scheduler_gone) {
		if (clock_mono_ns() >= deadline)
			return err_set(err, ERR_TIMEOUT, "%s still ran after %.3g s",
			               payload_at(p, index)->name,
			               (double)(clock_mono_ns() - since) / NS_PER_SEC);
		wait_any(p, deadline);
	}
	return 0;
}

static void kill_run(struct payload_runs *p, struct payload_run *r)
{
	uint64_t deadline = deadline_in(KILL_NS);

	r->killed = true;
	kill_cgroup(p, r);
	while (r->pid && clock_mono_ns() < deadline) {
		struct pollfd fd = { .fd = r->pidfd, .events = POLLIN };

		poll(&fd, 1, deadline_poll_ms(deadline));
		reap(p, r);
	}
	if (r->pid)
		agent_log(p->a, "payload %s cannot be killed", payload_at(p, r->payload)->name);
	drain(p, r);
}

int payload_runs_kill(struct payload_runs *p, uint32_t index, struct err *err)
{
	struct payload_run *r = find_live(p, index);

	if (!r)
		return err_set(err, ERR_NOT_FOUND, "payload %u is not running", index);
	kill_run(p, r);
	return 0;
}

static void read_cpu(const struct payload_runs *p, struct payload_run *r)
{
	struct cgroup_stat used;

	if (r->cpu_ns != U64_NONE)
		return;
	cgroup_stat_read(p->a->root_fd, r->cgroup, &used);
	r->cpu_ns = used.usage_ns;
}

void payload_runs_kill_in(struct payload_runs *p, uint32_t cgroup)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->runs[i].in != cgroup)
			continue;
		if (p->runs[i].pid)
			kill_run(p, &p->runs[i]);
		read_cpu(p, &p->runs[i]);
	}
}

void payload_runs_stop(struct payload_runs *p)
{
	payload_runs_pump(p);
	for (size_t i = 0; i < p->n; i++) {
		if (p->runs[i].pid)
			kill_run(p, &p->runs[i]);
		drain(p, &p->runs[i]);
		read_cpu(p, &p->runs[i]);
	}
}

uint64_t payload_runs_cpu_ns(const struct payload_runs *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->runs[i].cpu_ns == U64_NONE)
			return U64_NONE;
		sum += p->runs[i].cpu_ns;
	}
	return sum;
}

static void collect_file(const struct payload_runs *p, struct payload_run *r, const char *path)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;

	if (fs_read(p->a->root_fd, path, COLLECT_MAX, &text, &err) < 0)
		agent_log(p->a, "payload %s: %s", payload_at(p, r->payload)->name, err.msg);
	output_add(&r->output, strbuf_cstr(&text), text.n);
}

/* The last part of the path is a pattern: "/tmp/rt-*.log". */
static void collect(const struct payload_runs *p, struct payload_run *r, const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	_cleanup_free_ char *dir = slash > pattern
	                                   ? xstrndup(pattern + 1, (size_t)(slash - pattern - 1))
	                                   : xstrdup(".");
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT; /* no folder or no files: nothing to collect */

	if (!slash || fs_list(p->a->root_fd, dir[0] ? dir : ".", &names, &ignored) < 0)
		return;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);

		if (fnmatch(slash + 1, names.v[i], 0) == 0)
			collect_file(p, r, path);
	}
}

static int64_t exit_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void send_run(struct payload_runs *p, struct payload_run *r)
{
	const struct job_payload *jp = payload_at(p, r->payload);
	struct wire_payload w;

	json_init(&wire_payload_table, &w);
	strv_each (&jp->collect, i)
		collect(p, r, jp->collect.v[i]);
	w.payload = r->payload;
	w.completed = !r->killed && !r->pid;
	if (w.completed)
		w.exit = exit_of(r->status);
	w.start_ns = r->start_ns - r->begin_ns;
	if (r->end_ns)
		w.wall_ns = r->end_ns - r->start_ns;
	w.cpu_ns = r->cpu_ns;
	w.output = output_text(&r->output);
	w.output_bytes = r->output.total;
	agent_send(p->a, WIRE_PAYLOAD, &w);
	json_done(&wire_payload_table, &w);
}

void payload_runs_send(struct payload_runs *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->runs[i].start_ns)
			send_run(p, &p->runs[i]);
}

void payload_runs_done(struct payload_runs *p)
{
	payload_runs_stop(p);
	for (size_t i = 0; i < p->n; i++) {
		stop_watching(p, &p->runs[i].out_fd);
		stop_watching(p, &p->runs[i].pidfd);
		output_done(&p->runs[i].output);
		free(p->runs[i].cgroup);
	}
	free(p->runs);
	if (p->epoll_fd > 0)
		close(p->epoll_fd);
	*p = (struct payload_runs){ .epoll_fd = -1 };
}
