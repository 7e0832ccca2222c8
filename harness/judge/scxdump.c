/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/scxdump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define EVENT    "SCX_EV_"
#define WAITERS  3 /* named in the evidence */
#define CPUS_MAX 8

void scxdump_done(struct scxdump *d)
{
	for (size_t i = 0; i < d->n_tasks; i++) {
		free(d->tasks[i].name);
		free(d->tasks[i].queue);
	}
	for (size_t i = 0; i < d->n_cpus; i++)
		free(d->cpus[i].ran);
	free(d->tasks);
	free(d->cpus);
	strv_done(&d->events);
	*d = (struct scxdump){ 0 };
}

/* "CPU 0   : nr_run=1 flags=0x1 …" */
static bool take_cpu(struct scxdump *d, const char *line)
{
	unsigned int cpu, runnable;

	if (sscanf(line, "CPU %u : nr_run=%u", &cpu, &runnable) != 2)
		return false;
	*xgrow(d->cpus, d->n_cpus) = (struct scxdump_cpu){ .cpu = cpu, .runnable = runnable };
	return true;
}

/* "          curr=swapper/0[0] class=idle_sched_class" */
static bool take_current(struct scxdump *d, const char *line)
{
	const char *from = strstr(line, " curr="), *to = from ? strstr(from, " class=") : NULL;
	struct scxdump_cpu *c = d->n_cpus ? &d->cpus[d->n_cpus - 1] : NULL;

	if (!to || !c || c->ran)
		return false;
	from += strlen(" curr=");
	c->ran = xstrndup(from, (size_t)(to - from));
	c->idle = starts_with(to, " class=idle");
	return true;
}

/* " *R w:cpu_spin[130] -44ms": a star marks the one that runs, then comes its state. */
static bool take_task(struct scxdump *d, const char *line)
{
	const char *age = strrchr(line, ' '), *bracket = strrchr(line, ']');
	long ms;

	if (!d->n_cpus || line[0] != ' ' || (line[1] != ' ' && line[1] != '*') || !age ||
	    line[2] == ' ' || strnlen(line, 5) < 5 || line[3] != ' ' || bracket + 1 != age ||
	    sscanf(age, " %ldms", &ms) != 1 || age <= line + 4)
		return false;
	*xgrow(d->tasks, d->n_tasks) =
		(struct scxdump_task){ .name = xstrndup(line + 4, (size_t)(age - line - 4)),
		                       .cpu = d->cpus[d->n_cpus - 1].cpu,
		                       .waited_ms = ms < 0 ? (uint64_t)-ms : 0,
		                       .running = line[1] == '*' };
	return true;
}

/* "… dsq_id=0x8000000000000001" of the task above; "(n/a)" is none. */
static bool take_queue(struct scxdump *d, const char *line)
{
	const char *at = strstr(line, " dsq_id=0x");
	struct scxdump_task *t = d->n_tasks ? &d->tasks[d->n_tasks - 1] : NULL;

	if (!at || !t || t->queue)
		return false;
	at += strlen(" dsq_id=");
	t->queue = xstrndup(at, strcspn(at, " "));
	return true;
}

/* Leaves out the counters of the bypass mode, which the ejection itself brings about. */
static void take_event(struct scxdump *d, const char *line)
{
	const char *name = strstr(line, EVENT), *colon = name ? strchr(name, ':') : NULL;
	unsigned long long n;

	if (!colon || sscanf(colon, ": %llu", &n) != 1 || !n || strstr(name, "_BYPASS_"))
		return;
	name += strlen(EVENT);
	strv_addf(&d->events, "%.*s %llu", (int)(colon - name), name, n);
}

void scxdump_read(const char *text, struct scxdump *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	*out = (struct scxdump){ 0 };
	strv_split(&lines, text, "\n");
	strv_each (&lines, i) {
		const char *line = lines.v[i];

		if (!take_cpu(out, line) && !take_current(out, line) && !take_task(out, line) &&
		    !take_queue(out, line))
			take_event(out, line);
	}
}

static int by_wait(const void *a, const void *b)
{
	const struct scxdump_task *const *x = a, *const *y = b;

	return (*x)->waited_ms < (*y)->waited_ms ? 1 : (*x)->waited_ms > (*y)->waited_ms ? -1 : 0;
}

/* Those that did not run, the longest first. The caller frees the list. */
static const struct scxdump_task **waiters(const struct scxdump *d, size_t *n)
{
	const struct scxdump_task **list = xcalloc(d->n_tasks + 1, sizeof(*list));

	*n = 0;
	for (size_t i = 0; i < d->n_tasks; i++)
		if (!d->tasks[i].running && d->tasks[i].waited_ms)
			list[(*n)++] = &d->tasks[i];
	qsort(list, *n, sizeof(*list), by_wait);
	return list;
}

static const struct scxdump_cpu *cpu_of(const struct scxdump *d, uint32_t cpu)
{
	for (size_t i = 0; i < d->n_cpus; i++)
		if (d->cpus[i].cpu == cpu)
			return &d->cpus[i];
	return NULL;
}

static char *queue_text(const char *queue)
{
	static const struct {
		const char *id, *text;
	} builtin[] = {
		{ "0x8000000000000001", "in the global dispatch queue" },
		{ "0x8000000000000002", "in its CPU's local dispatch queue" },
	};

	if (!queue)
		return xstrdup("in no dispatch queue");
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		if (streq(queue, builtin[i].id))
			return xstrdup(builtin[i].text);
	return xasprintf("in dispatch queue %s", queue);
}

char *scxdump_stall(const struct scxdump *d, const char *message)
{
	const struct scxdump_task *t = NULL;
	_cleanup_free_ const struct scxdump_task **list = NULL;
	size_t n;

	for (size_t i = 0; i < d->n_tasks && message; i++)
		if (starts_with(message, d->tasks[i].name))
			t = &d->tasks[i];
	bool named = t != NULL;
	list = waiters(d, &n);
	if (!t && n)
		t = list[0];
	if (!t)
		return NULL;
	const struct scxdump_cpu *c = cpu_of(d, t->cpu);
	_cleanup_free_ char *queue = queue_text(t->queue);
	_cleanup_free_ char *who = named ? xstrdup("")
	                                 : xasprintf("%s has waited for %.3f s ", t->name,
	                                             (double)t->waited_ms / 1000);

	return xasprintf("%son CPU %u, %s; the CPU %s%s", who, t->cpu, queue,
	                 c && c->idle ? "was idle" : "ran ",
	                 c && c->idle  ? ""
	                 : c && c->ran ? c->ran
	                               : "something unknown");
}

static void add_waiters(const struct scxdump *d, struct strv *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t n;
	_cleanup_free_ const struct scxdump_task **list = waiters(d, &n);

	for (size_t i = 0; i < n && i < WAITERS; i++)
		strbuf_addf(&b, "%s%s %.3f s on CPU %u", i ? ", " : "", list[i]->name,
		            (double)list[i]->waited_ms / 1000, list[i]->cpu);
	if (n > WAITERS)
		strbuf_addf(&b, ", %zu more", n - WAITERS);
	if (n)
		strv_addf(out, "longest waiters: %s", b.s);
}

static void add_cpus(const struct scxdump *d, struct strv *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < d->n_cpus && i < CPUS_MAX; i++)
		strbuf_addf(&b, "%sCPU %u %u (ran %s)", i ? ", " : "", d->cpus[i].cpu,
		            d->cpus[i].runnable,
		            d->cpus[i].idle  ? "nothing"
		            : d->cpus[i].ran ? d->cpus[i].ran
		                             : "?");
	if (d->n_cpus > CPUS_MAX)
		strbuf_addf(&b, ", %zu more", d->n_cpus - CPUS_MAX);
	if (d->n_cpus)
		strv_addf(out, "runnable tasks: %s", b.s);
}

void scxdump_evidence(const struct scxdump *d, struct strv *out)
{
	_cleanup_free_ char *events = d->events.n ? strv_join(&d->events, ", ") : NULL;

	add_waiters(d, out);
	add_cpus(d, out);
	if (events)
		strv_addf(out, "events: %s", events);
}
