/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/load_fault.h"
#include "harness/agent/procstat.h"
#include "harness/agent/schedlog.h"
#include "harness/agent/scheduler_exec.h"
#include "harness/agent/scheduler_load.h"

#define TRACING     "sys/kernel/tracing/"
#define TRACE_KB    "256" /* per CPU; one CPU writes the whole dump */
#define LOG_MAX     (1u << 20)
#define DUMP_MAX    (256u << 10)
#define DISABLE_NS  (5 * NS_PER_SEC)
#define KMSG_RECORD 8192
#define OWN_END_NS  (2 * NS_PER_SEC) /* a program whose scheduler is gone ends by itself */

struct scheduler {
	const struct job_sched *job;
	uint32_t index; /* into job.schedulers */
	struct loaded_object loaded;
	struct bpf_link *link;
	struct sched_program *program; /* of an executable; else NULL */
	struct program_facts facts;    /* about it */
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

/* By itself or by the kernel. "disabling" lasts for as long as a CPU that is stuck does not take part. */
static bool is_leaving(struct agent *a)
{
	return state_is(a, "disabling") || state_is(a, "disabled");
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

/* How a scheduler failed; all texts are owned. */
struct failure {
	enum fault fault;
	char *reason, *message;
	bool program; /* the reason is what the scheduler's program did */
};

static void failure_done(struct failure *f)
{
	free(f->reason);
	free(f->message);
}

/* What the program did, unless the kernel has a reason of its own. False: nothing wrong. */
static bool program_failure(const struct scheduler *s, struct failure *f)
{
	enum fault fault;
	char *reason = NULL;

	if (!s->program || s->detached || (s->log.reason && !strstr(s->log.reason, "user space")))
		return false;
	fault = program_blame(&s->facts, &reason);
	if (fault == FAULT_COUNT)
		return false;
	failure_done(f);
	*f = (struct failure){ .fault = fault,
		               .reason = reason,
		               .message = xstrdup(fault == FAULT_EARLY_EXIT
		                                          ? sched_program_why_ended(s->program)
		                                          : sched_program_last_line(s->program)),
		               .program = true };
	return true;
}

/* "…, after task 38 (exit code 42)": a scheduler that ends itself may give a number. */
static void add_exit_code(const struct scheduler *s, struct failure *f)
{
	struct bpfvar v;
	uint32_t offset, size;
	int64_t code = 0;

	if (!s->loaded.obj || !bpfvar_by_struct(s->loaded.obj, "user_exit_info", &v) ||
	    !bpfvar_member(s->loaded.obj, &v, "exit_code", &offset, &size) || size != sizeof(code))
		return;
	_cleanup_free_ char *value = bpfvar_get(&v);
	_cleanup_free_ char *message = steal_ptr(&f->message);

	if (value)
		memcpy(&code, value + offset, sizeof(code));
	f->message = xasprintf("%s%s(exit code %lld)", message ? message : "", message ? " " : "",
	                       (long long)code);
}

/* What the kernel says: through the object, in its log, in its dump. */
static void kernel_failure(const struct scheduler *s, const char *dump, struct failure *f)
{
	_cleanup_free_ char *dump_reason = NULL, *dump_message = NULL;

	*f = (struct failure){ .reason = uei_text(s, "reason"), .message = uei_text(s, "msg") };
	if (!f->reason)
		f->reason = xstrdup(s->log.reason);
	if (!f->message)
		f->message = xstrdup(s->log.message);
	if (dump && schedlog_from_dump(dump, &dump_reason, &dump_message)) {
		if (!f->reason)
			f->reason = steal_ptr(&dump_reason);
		if (!f->message)
			f->message = steal_ptr(&dump_message);
	}
	f->fault = schedlog_fault(f->reason, f->message);
	if (f->fault == FAULT_EXIT)
		add_exit_code(s, f);
}

static char *exit_log(const struct scheduler *s)
{
	_cleanup_strbuf_ struct strbuf all = STRBUF_INIT;

	strbuf_add(&all, strbuf_cstr(&libbpf_log), libbpf_log.n);
	strbuf_add(&all, strbuf_cstr(&s->log.lines), s->log.lines.n);
	return all.n ? loadlog_collapsed(all.s) : NULL;
}

/* Sends SCHED_EXIT, once. `known` NULL: as the kernel says. */
static void send_exit(struct agent *a, struct scheduler *s, const struct failure *known)
{
	_cleanup_free_ char *dump = NULL, *log = NULL;
	struct failure f = { FAULT_UNKNOWN };
	struct wire_sched_exit e;

	if (s->exit_sent)
		return;
	json_init(&wire_sched_exit_table, &e);
	dump = s->detached ? NULL : read_dump(a);
	if (!known) {
		kernel_failure(s, dump, &f);
		program_failure(s, &f);
	}
	const struct failure *use = known ? known : &f;
	e.reason = use->reason;
	e.message = use->message;
	e.kind = (char *)fault_name(use->fault);
	e.program = use->program;
	e.expected = s->detached && use->fault == FAULT_UNREGISTERED;
	if (!e.expected) {
		e.dump = dump = dump ? dump : read_dump(a);
		e.log = log = exit_log(s);
		s->why = xasprintf("%s%s%s", e.reason ? e.reason : "",
		                   e.reason && e.message ? ": " : "", e.message ? e.message : "");
	}
	e.at_ns = clock_mono_ns();
	e.sched = s->index;
	agent_send(a, WIRE_SCHED_EXIT, &e);
	s->exit_sent = true;
	failure_done(&f);
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

static void not_loaded(struct agent *a, struct scheduler *s, const struct err *err)
{
	struct loadlog l = { .fault = FAULT_LOAD };

	if (!s->loaded.loaded)
		load_fault(&s->loaded, strbuf_cstr(&libbpf_log), &l);
	struct failure f = { .fault = l.fault,
		             .message = l.fault == FAULT_LOAD && l.text
		                                ? xasprintf("%s: %s", err->msg, l.text)
		                                : xstrdup(l.text ? l.text : err->msg) };

	send_exit(a, s, &f);
	failure_done(&f);
	loadlog_done(&l);
}

/* The kernel names no field that it refuses, and does not log it. A failed init it does log. */
static void not_attached(struct agent *a, struct scheduler *s, const struct err *err)
{
	_cleanup_free_ char *field = s->log.disabled ? NULL : attach_fault(&s->loaded);
	_cleanup_free_ char *remark = schedlog_remark(&s->log);
	struct failure f = { .fault = field ? FAULT_OPS : FAULT_ATTACH };

	if (s->log.disabled) {
		send_exit(a, s, NULL);
		return;
	}
	f.message = field    ? steal_ptr(&field)
	            : remark ? xasprintf("%s: %s", err->msg, remark)
	                     : xstrdup(err->msg);
	send_exit(a, s, &f);
	failure_done(&f);
}

static int attach(struct agent *a, struct scheduler *s, struct err *err)
{
	s->link = bpf_map__attach_struct_ops(s->loaded.ops);
	if (!s->link) {
		err_sys(err, errno, "attach");
		read_kmsg(s);
		not_attached(a, s, err);
		return -(int)err->code;
	}
	read_kmsg(s);
	if (state_is(a, "enabled") && !s->log.disabled)
		return 0;
	/* It was ejected at once. The reason comes with the end of that. */
	wait_disabled(a);
	read_kmsg(s);
	send_exit(a, s, NULL);
	return err_set(err, ERR_CHILD, "the kernel disabled it at once: %s", s->why);
}

/* Whether the kernel logged that it was enabled, if only for a moment. */
static bool was_enabled(const struct scheduler *s)
{
	return strstr(strbuf_cstr(&s->log.lines), "\" enabled") != NULL;
}

static void read_facts(struct agent *a, struct scheduler *s)
{
	read_kmsg(s);
	sched_program_read(s->program, &s->facts);
	s->facts.attached |= was_enabled(s) || state_is(a, "enabled");
	s->facts.disabled = s->log.disabled;
}

/* A program that ends takes its scheduler with it. It ends a little later than the kernel says so. */
static void await_program_end(struct agent *a, struct scheduler *s)
{
	uint64_t deadline = deadline_in(OWN_END_NS);

	do {
		read_facts(a, s);
		if (s->facts.ended && !s->facts.others)
			return;
		sched_program_wait(s->program, deadline);
	} while (clock_mono_ns() < deadline);
}

static int await_attach(struct agent *a, struct scheduler *s, struct err *err)
{
	uint64_t deadline = deadline_in(s->job->attach_timeout_ns);

	s->facts.timeout_ns = s->job->attach_timeout_ns;
	for (;;) {
		bool late = clock_mono_ns() >= deadline;

		read_facts(a, s);
		s->facts.late = late;
		switch (program_news(&s->facts)) {
		case PROGRAM_ATTACHED: return 0;
		case PROGRAM_FAILED: return err_set(err, ERR_CHILD, "it did not attach");
		case PROGRAM_WAIT: sched_program_wait(s->program, deadline);
		}
	}
}

static int bring_up_program(struct agent *a, struct scheduler *s, struct err *err)
{
	uint64_t t0 = clock_mono_ns();
	struct wire_sched *rec = &s->record;

	if (sched_program_start(a, s->index, s->kmsg_fd, &s->program, err) < 0)
		return -(int)err->code;
	if (await_attach(a, s, err) < 0) {
		if (s->log.disabled)
			await_program_end(a, s);
		send_exit(a, s, NULL);
		return err_set(err, ERR_CHILD, "%s", s->why);
	}
	rec->attach_ns = clock_mono_ns() - t0;
	rec->ops = fs_read_line(a->root_fd, SCX_DIR "/root/ops");
	rec->sched = s->index;
	agent_send(a, WIRE_SCHED, rec);
	return 0;
}

static int bring_up(struct agent *a, struct scheduler *s, struct err *err)
{
	struct wire_sched *rec = &s->record;
	uint64_t t0 = clock_mono_ns(), t1;
	int ret = object_load(a, s->job, &libbpf_log, &s->loaded, err);

	t1 = clock_mono_ns();
	if (ret < 0) {
		not_loaded(a, s, err);
		return ret;
	}
	if ((ret = attach(a, s, err)) < 0)
		return ret;
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
	if (s->program)
		sched_program_stop(s->program, s->log.disabled ? OWN_END_NS : 0);
	sched_program_free(s->program);
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
	int ret = job->argv.n ? bring_up_program(a, s, err) : bring_up(a, s, err);
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
	if (s->program)
		sched_program_take_job(s->program, s->job);
	agent_send(a, WIRE_SCHED, &s->record);
}

uint32_t scheduler_index(const struct scheduler *s)
{
	return s->index;
}

int scheduler_watch_fd(const struct scheduler *s)
{
	return s->program ? sched_program_fd(s->program) : s->kmsg_fd;
}

void scheduler_pump(struct scheduler *s)
{
	if (s->program)
		sched_program_pump(s->program);
}

uint64_t scheduler_cpu_ns(const struct scheduler *s)
{
	return s->program ? sched_program_cpu_ns(s->program) : 0;
}

bool scheduler_gone(struct agent *a, struct scheduler *s)
{
	if (s->program)
		read_facts(a, s);
	else
		read_kmsg(s);
	if (s->exit_sent)
		return true;
	if (!s->log.disabled && !is_leaving(a))
		return false;
	wait_disabled(a);
	read_kmsg(s);
	if (s->program)
		await_program_end(a, s);
	send_exit(a, s, NULL);
	return true;
}

/* Workers hold copies of the link's descriptor, so closing ours would not detach it. An object attached
 * without a link is detached by destroy. */
static void detach_link(struct scheduler *s)
{
	bpf_link__detach(s->link);
	bpf_link__destroy(s->link);
	s->link = NULL;
}

/* A scheduler that is pinned, say by bpftool, stays when its program ends. Sysrq-S removes any. */
static void end_program(struct agent *a, struct scheduler *s)
{
	struct err err = ERR_INIT;

	sched_program_stop(s->program, 0);
	wait_disabled(a);
	if (!state_is(a, "disabled") && fs_write(a->root_fd, "proc/sysrq-trigger", "S", &err) < 0)
		agent_log(a, "%s", err.msg);
}

static int why_it_exited(const struct scheduler *s, struct err *err)
{
	return s->why ? err_set(err, ERR_CHILD, "scheduler %s exited: %s", s->job->name, s->why)
	              : 0;
}

int scheduler_exited(struct agent *a, struct scheduler *s, struct err *err)
{
	if (s->program)
		return scheduler_stop(a, s, err);
	return scheduler_gone(a, s) ? why_it_exited(s, err) : 0;
}

static int stop(struct agent *a, struct scheduler *s, bool by_kill, struct err *err)
{
	int ret;

	if (!scheduler_gone(a, s)) {
		s->detached = true;
		if (s->program && by_kill)
			sched_program_kill(s->program);
		if (s->program)
			end_program(a, s);
		else
			detach_link(s);
		wait_disabled(a);
		read_kmsg(s);
		send_exit(a, s, NULL);
	}
	ret = why_it_exited(s, err);
	scheduler_free(s);
	return ret;
}

int scheduler_stop(struct agent *a, struct scheduler *s, struct err *err)
{
	return stop(a, s, false, err);
}

int scheduler_kill(struct agent *a, struct scheduler *s, struct err *err)
{
	return stop(a, s, true, err);
}
