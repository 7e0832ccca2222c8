/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/procstat.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define FILE_MAX_BYTES (1u << 20)

uint64_t none_sub(uint64_t after, uint64_t before)
{
	return after == U64_NONE || before == U64_NONE || after < before ? U64_NONE
	                                                                 : after - before;
}

/* In a file of lines "key<separators>number": the number of the first line with this key; U64_NONE
 * if there is none. */
static uint64_t value_of(const char *text, const char *key)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (starts_with(line, key) && strchr(" \t:", line[strlen(key)])) {
			const char *v = line + strlen(key) + strspn(line + strlen(key), " \t:");
			uint64_t n;
			return sscanf(v, "%" SCNu64, &n) == 1 ? n : U64_NONE;
		}
		if (!*line)
			break;
	}
	return U64_NONE;
}

/* Returns "" if the file cannot be read. */
static const char *read_text(int root_fd, const char *path, struct strbuf *b)
{
	struct err err = ERR_INIT;

	strbuf_reset(b);
	return fs_read(root_fd, path, FILE_MAX_BYTES, b, &err) < 0 ? "" : strbuf_cstr(b);
}

static const char *read_task_file(int root_fd, pid_t pid, const char *name, struct strbuf *b)
{
	_cleanup_free_ char *path = xasprintf("proc/%d/%s", pid, name);

	return read_text(root_fd, path, b);
}

uint64_t task_cpu_ns(int root_fd, pid_t pid)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	uint64_t ns;

	return sscanf(read_task_file(root_fd, pid, "schedstat", &b), "%" SCNu64, &ns) == 1
	               ? ns
	               : U64_NONE;
}

char task_state(int root_fd, pid_t pid)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	/* the name before it may contain anything, even parentheses */
	const char *end = strrchr(read_task_file(root_fd, pid, "stat", &b), ')');

	return end && end[1] == ' ' ? end[2] : 0;
}

void task_stat_read(int root_fd, pid_t pid, struct task_stat *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct task_stat s;

	memset(out, 0xff, sizeof(*out));
	if (sscanf(read_task_file(root_fd, pid, "schedstat", &b),
	           "%" SCNu64 " %" SCNu64 " %" SCNu64, &s.cpu_ns, &s.run_delay_ns,
	           &s.timeslices) == 3)
		*out = s;
	const char *status = read_task_file(root_fd, pid, "status", &b);
	out->voluntary = value_of(status, "voluntary_ctxt_switches");
	out->involuntary = value_of(status, "nonvoluntary_ctxt_switches");
	out->migrations = value_of(read_task_file(root_fd, pid, "sched", &b), "se.nr_migrations");
}

void task_stat_sub(struct task_stat *after, const struct task_stat *before)
{
	after->cpu_ns = none_sub(after->cpu_ns, before->cpu_ns);
	after->run_delay_ns = none_sub(after->run_delay_ns, before->run_delay_ns);
	after->timeslices = none_sub(after->timeslices, before->timeslices);
	after->voluntary = none_sub(after->voluntary, before->voluntary);
	after->involuntary = none_sub(after->involuntary, before->involuntary);
	after->migrations = none_sub(after->migrations, before->migrations);
}

/* Lines "cpuN yields 0 switches idles wakeups local running_ns waiting_ns slices". */
static uint64_t run_ns_of(const char *text)
{
	uint64_t sum = U64_NONE, ns;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "cpu%*u %*u %*u %*u %*u %*u %*u %" SCNu64, &ns) == 1)
			sum = sum == U64_NONE ? ns : sum + ns;
		if (!*line)
			break;
	}
	return sum;
}

void machine_stat_read(int root_fd, struct machine_stat *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	out->run_ns = run_ns_of(read_text(root_fd, "proc/schedstat", &b));
	out->switches = value_of(read_text(root_fd, "proc/stat", &b), "ctxt");
	out->pages_migrated = value_of(read_text(root_fd, "proc/vmstat", &b), "pgmigrate_success");
}

static uint64_t usec(uint64_t v)
{
	return v == U64_NONE ? v : v * NS_PER_US;
}

void cgroup_stat_read(int root_fd, const char *cgroup, struct cgroup_stat *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_free_ char *path = fs_join(cgroup, "cpu.stat"),
			    *max_at = fs_join(cgroup, "cpu.max");
	_cleanup_free_ char *max = fs_read_line(root_fd, max_at);
	const char *text = read_text(root_fd, path, &b);

	memset(out, 0xff, sizeof(*out));
	out->usage_ns = usec(value_of(text, "usage_usec"));
	out->user_ns = usec(value_of(text, "user_usec"));
	out->system_ns = usec(value_of(text, "system_usec"));
	if (!max || starts_with(max, "max"))
		return;
	out->nr_periods = value_of(text, "nr_periods");
	out->nr_throttled = value_of(text, "nr_throttled");
	out->throttled_ns = usec(value_of(text, "throttled_usec"));
}

void task_times_done(struct task_times *t)
{
	free(t->items);
	*t = (struct task_times){ 0 };
}

void task_times_read(int root_fd, struct task_times *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;
	pid_t pid;

	*out = (struct task_times){ 0 };
	if (fs_list(root_fd, "proc", &names, &err) < 0)
		return;
	strv_each (&names, i) {
		struct task_time t = { 0 };

		if (sscanf(names.v[i], "%d", &pid) != 1 ||
		    (t.cpu_ns = task_cpu_ns(root_fd, pid)) == U64_NONE)
			continue;
		t.pid = pid;
		sscanf(read_task_file(root_fd, pid, "comm", &b), "%31[^\n]", t.comm);
		*xgrow(out->items, out->n) = t;
	}
}

static uint64_t time_before_of(const struct task_times *t, pid_t pid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].pid == pid)
			return t->items[i].cpu_ns;
	return 0;
}

void task_times_busy(const struct task_times *before, const struct task_times *after, pid_t self,
                     uint64_t min_ns, struct strv *out)
{
	for (size_t i = 0; i < after->n; i++) {
		const struct task_time *t = &after->items[i];
		uint64_t ran = t->cpu_ns - time_before_of(before, t->pid);

		if (t->pid == self || ran <= min_ns)
			continue;
		_cleanup_free_ char *text = clock_format_ns(ran);
		strv_addf(out, "%s %s", t->comm, text);
	}
}

#define EVENTS_MAX (64u << 10)

static void add_event(struct json_f64map *m, const char *line)
{
	const char *value = strrchr(line, ' ');
	_cleanup_free_ char *name = value ? xstrndup(line, (size_t)(value - line)) : NULL;
	struct err err = ERR_INIT;
	uint64_t n;

	if (name && *name && parse_u64(value + 1, name, 0, UINT64_MAX, &n, &err) == 0)
		json_f64map_set(m, name, (double)n);
}

void sched_events_read(int root_fd, struct sched_events *out)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct err err = ERR_INIT;
	uint64_t seq;

	*out = (struct sched_events){ .enable_seq = U64_NONE };
	if (!fs_read_u64(root_fd, SCX_DIR "/enable_seq", &out->enable_seq) ||
	    fs_read(root_fd, SCX_DIR "/root/events", EVENTS_MAX, &text, &err) < 0) {
		out->enable_seq = U64_NONE;
		return;
	}
	strv_split(&lines, strbuf_cstr(&text), "\n");
	strv_each (&lines, i)
		add_event(&out->count, lines.v[i]);
	if (!fs_read_u64(root_fd, SCX_DIR "/enable_seq", &seq) || seq != out->enable_seq)
		out->enable_seq = U64_NONE; /* another scheduler was attached meanwhile */
}

void sched_events_done(struct sched_events *e)
{
	json_f64map_done(&e->count);
}

void sched_events_sub(const struct sched_events *after, const struct sched_events *before,
                      struct json_f64map *out)
{
	if (after->enable_seq == U64_NONE || after->enable_seq != before->enable_seq)
		return;
	/* A count that became smaller belongs to another scheduler. */
	for (size_t i = 0; i < after->count.n; i++)
		if (after->count.v[i].value <
		    json_f64map_get(&before->count, after->count.v[i].key))
			return;
	for (size_t i = 0; i < after->count.n; i++) {
		const char *name = after->count.v[i].key;
		double was = json_f64map_get(&before->count, name);

		if (!isnan(was))
			json_f64map_set(out, name, after->count.v[i].value - was);
	}
}

void cmdline_split(const char *cmdline, struct strv *out)
{
	for (const char *s = cmdline + strspn(cmdline, " "); *s; s += strspn(s, " ")) {
		const char *start = s;

		for (bool quoted = false; *s && (quoted || *s != ' '); s++)
			quoted ^= *s == '"';
		strv_take(out, xstrndup(start, (size_t)(s - start)));
	}
}
