/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/kfunc.h"
#include "harness/agent/procstat.h"
#include "harness/agent/schedlog.h"
#include "harness/agent/scheduler_load.h"

#define TRACING     "sys/kernel/tracing/"
#define TRACE_KB    "256" /* per CPU; one CPU writes the whole dump */
#define LOG_MAX     (1u << 20)
#define DUMP_MAX    (256u << 10)
#define DISABLE_NS  (5 * NS_PER_SEC)
#define KMSG_RECORD 8192

struct scheduler {
	const struct job_sched *job;
	uint32_t index; /* into job.schedulers */
	struct loaded_object loaded;
	struct bpf_link *link;
	struct schedlog log;
	int kmsg_fd;
	struct wire_sched record; /* as it was sent */
	bool exit_sent;
	bool detached; /* by us */
	char *why;     /* it exited by itself: the cause; else NULL */
};

/* libbpf has one print function for the whole process, without an argument. */
static struct strbuf libbpf_log;

static int PRINTF(2, 0) collect(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level != LIBBPF_DEBUG && libbpf_log.n < LOG_MAX)
		strbuf_vaddf(&libbpf_log, fmt, ap);
	return 0;
}

static bool state_is(struct agent *a, const char *want)
{
	_cleanup_free_ char *state = fs_read_line(a->root_fd, SCX_DIR "/state");

	return state && streq(state, want);
}

static void read_kmsg(struct scheduler *s)
{
	char record[KMSG_RECORD + 1];
	ssize_t n;

	while ((n = read(s->kmsg_fd, record, KMSG_RECORD)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue; /* records were overwritten before they were read: go on */
		record[n] = '\0';
		schedlog_add(&s->log, record);
	}
}

static void trace_dumps(struct agent *a)
{
	struct err err = ERR_INIT;

	if (fs_write(a->root_fd, TRACING "buffer_size_kb", TRACE_KB, &err) < 0 ||
	    fs_write(a->root_fd, TRACING "events/sched_ext/sched_ext_dump/enable", "1", &err) < 0)
		agent_log(a, "no dump of the scheduler: %s", err.msg);
}

static char *read_dump(struct agent *a)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, dump = STRBUF_INIT;
	struct err err = ERR_INIT;

	if (fs_read(a->root_fd, TRACING "trace", 8 * DUMP_MAX, &text, &err) < 0)
		return NULL;
	for (char *line = text.s, *next; line && dump.n < DUMP_MAX; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		schedlog_add_dump(&dump, line);
	}
	return dump.n ? strbuf_steal(&dump) : NULL;
}

/* A text member of the object's `uei`; NULL when it is missing or empty. The caller frees. */
static char *uei_text(const struct scheduler *s, const char *member)
{
	struct bpfvar v;
	uint32_t offset, size;

	if (!s->loaded.obj || !bpfvar_by_struct(s->loaded.obj, "user_exit_info", &v) ||
	    !bpfvar_member(s->loaded.obj, &v, member, &offset, &size))
		return NULL;
	_cleanup_free_ char *value = bpfvar_get(&v);
	if (!value || !value[offset])
		return NULL;
	return xstrndup(value + offset, strnlen(value + offset, size));
}

/* The verifier's message. Names the broken kernel function if the kernel is at fault. */
static char *load_verdict(const struct scheduler *s)
{
	_cleanup_free_ char *said = schedlog_verdict(strbuf_cstr(&libbpf_log));
	_cleanup_free_ char *hidden = s->loaded.obj ? kfunc_uncallable(s->loaded.obj) : NULL;

	if (!hidden)
		return steal_ptr(&said);
	return xasprintf(
		"%s%sthis kernel's BTF shows a hidden argument of %s: no program can call it "
		"here",
		said ? said : "", said ? "; " : "", hidden);
}

/* Sends SCHED_EXIT, once. `kind` NULL: derived from the reason. */
static void send_exit(struct agent *a, struct scheduler *s, const char *kind, const char *reason)
{
	_cleanup_free_ char *uei_reason = uei_text(s, "reason"), *uei_msg = uei_text(s, "msg");
	_cleanup_free_ char *dump = NULL, *verdict = NULL;
	struct wire_sched_exit e;

	if (s->exit_sent)
		return;
	json_init(&wire_sched_exit_table, &e);
	if (kind && !uei_msg && !s->log.message)
		verdict = streq(kind, "load") ? load_verdict(s)
		                              : schedlog_verdict(strbuf_cstr(&libbpf_log));
	e.reason = uei_reason ? uei_reason : s->log.reason ? s->log.reason : (char *)reason;
	e.message = uei_msg ? uei_msg : s->log.message ? s->log.message : verdict;
	e.kind = (char *)(kind ? kind : schedlog_kind(e.reason));
	e.expected = s->detached && streq(e.kind, "unregistered");
	if (!e.expected)
		e.dump = dump = read_dump(a);
	if (libbpf_log.n || s->log.lines.n)
		strbuf_add(&libbpf_log, strbuf_cstr(&s->log.lines), s->log.lines.n);
	e.log = e.expected || !libbpf_log.n ? NULL : libbpf_log.s;
	e.at_ns = clock_mono_ns();
	e.sched = s->index;
	if (!e.expected)
		s->why = xasprintf("%s%s%s", e.reason ? e.reason : e.kind, e.message ? ": " : "",
		                   e.message ? e.message : "");
	agent_send(a, WIRE_SCHED_EXIT, &e);
	s->exit_sent = true;
}

static int attach(struct agent *a, struct scheduler *s, struct err *err)
{
	s->link = bpf_map__attach_struct_ops(s->loaded.ops);
	if (!s->link)
		return err_sys(err, errno, "attach");
	read_kmsg(s);
	if (!state_is(a, "enabled") || s->log.disabled)
		return err_set(err, ERR_UNSUPPORTED, "attach: the kernel disabled it at once");
	return 0;
}

static int bring_up(struct agent *a, struct scheduler *s, struct err *err)
{
	struct wire_sched *rec = &s->record;
	uint64_t t0 = clock_mono_ns(), t1;
	const char *kind = "load";
	int ret = object_load(a, s->job, &libbpf_log, &s->loaded, err);

	t1 = clock_mono_ns();
	if (ret == 0) {
		kind = "attach";
		ret = attach(a, s, err);
	}
	if (ret < 0) {
		read_kmsg(s);
		send_exit(a, s, kind, err->msg);
		return ret;
	}
	rec->load_ns = t1 - t0;
	rec->attach_ns = clock_mono_ns() - t1;
	rec->ops = fs_read_line(a->root_fd, SCX_DIR "/root/ops");
	object_count(&s->loaded, rec);
	rec->sched = s->index;
	agent_send(a, WIRE_SCHED, rec);
	return 0;
}

static void scheduler_free(struct scheduler *s)
{
	bpf_link__destroy(s->link);
	object_unload(&s->loaded);
	close(s->kmsg_fd);
	json_done(&wire_sched_table, &s->record);
	schedlog_done(&s->log);
	free(s->why);
	free(s);
}

int scheduler_start(struct agent *a, uint32_t index, struct scheduler **out, struct err *err)
{
	const struct job_sched *job = a->job.schedulers.v + index;

	if (!fs_exists(a->root_fd, SCX_DIR "/state"))
		return err_set(err, ERR_UNSUPPORTED, "scheduler %s: this kernel has no sched_ext",
		               job->name);
	struct scheduler *s = xcalloc(1, sizeof(*s));
	json_init(&wire_sched_table, &s->record);
	s->job = job;
	s->index = index;
	s->kmsg_fd = openat(a->root_fd, "dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (s->kmsg_fd < 0) {
		free(s);
		return err_sys(err, errno, "scheduler %s: /dev/kmsg", job->name);
	}
	lseek(s->kmsg_fd, 0, SEEK_END);
	strbuf_reset(&libbpf_log);
	trace_dumps(a);
	libbpf_set_print(collect);
	int ret = bring_up(a, s, err);
	if (ret < 0) {
		scheduler_free(s);
		return err_wrap(err, "scheduler %s", job->name);
	}
	*out = s;
	return 0;
}

void scheduler_take_job(struct agent *a, struct scheduler *s)
{
	s->job = (const struct job_sched *)a->job.schedulers.v + s->index;
	agent_send(a, WIRE_SCHED, &s->record);
}

uint32_t scheduler_index(const struct scheduler *s)
{
	return s->index;
}

int scheduler_watch_fd(const struct scheduler *s)
{
	return s->kmsg_fd;
}

/* The kernel logs "disabled" before the scheduler is fully disabled. There is nothing to wait on
 * for the rest, so this polls. */
static void wait_disabled(struct agent *a)
{
	uint64_t deadline = deadline_in(DISABLE_NS);
	struct timespec t = { .tv_nsec = 5 * NS_PER_MS };

	while (!state_is(a, "disabled") && clock_mono_ns() < deadline)
		nanosleep(&t, NULL);
}

bool scheduler_gone(struct agent *a, struct scheduler *s)
{
	read_kmsg(s);
	if (s->exit_sent)
		return true;
	if (!s->log.disabled && !state_is(a, "disabled"))
		return false;
	wait_disabled(a);
	read_kmsg(s);
	send_exit(a, s, NULL, "unknown");
	return true;
}

static int why_it_exited(const struct scheduler *s, struct err *err)
{
	return s->why ? err_set(err, ERR_CHILD, "scheduler %s exited: %s", s->job->name, s->why)
	              : 0;
}

int scheduler_exited(struct agent *a, struct scheduler *s, struct err *err)
{
	return scheduler_gone(a, s) ? why_it_exited(s, err) : 0;
}

int scheduler_stop(struct agent *a, struct scheduler *s, struct err *err)
{
	int ret;

	if (!scheduler_gone(a, s)) {
		s->detached = true;
		/* Workers hold copies of the link's descriptor, so closing ours would not detach
		 * it. An object attached without a link is detached by destroy. */
		bpf_link__detach(s->link);
		bpf_link__destroy(s->link);
		s->link = NULL;
		wait_disabled(a);
		read_kmsg(s);
		send_exit(a, s, NULL, NULL);
	}
	ret = why_it_exited(s, err);
	scheduler_free(s);
	return ret;
}
