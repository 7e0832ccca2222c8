/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/start.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/judge/guest.h"
#include "harness/pack.h"
#include "harness/saved/saved.h"

/* A machine to be saved. */
struct saving {
	const struct harness_env *env;
	const struct test *test;
	const struct vm_spec *spec; /* of the test, for a cold start */
	struct job job;             /* only borrows */
	char *job_text;
	int level;
	struct guest_report guest;
	bool refused; /* the guest says why it cannot get ready: the scheduler's fault */
};

/* The job of getting ready: what all tests that start from this machine have in common. */
static void make_job(struct saving *m, const struct job *of, struct job_sched *scheduler)
{
	const struct job_sched *first = of->schedulers.v;
	struct job j = *of;

	json_init(&job_sched_table, scheduler);
	scheduler->name = (char *)"";
	if (m->level == 2)
		*scheduler = *first;
	j.test = (char *)"";
	j.seed = j.duration_ns = 0;
	j.save = true;
	j.schedulers.v = scheduler;
	j.schedulers.n = 1;
	j.cgroups.n = j.works.n = j.payloads.n = j.ops.n = 0;
	j.steps = (struct strv)STRV_INIT;
	m->job = j;

	_cleanup_json_ struct json_object *o = json_encode(&job_table, &m->job);
	m->job_text = json_text(o, false);
}

/* All that determines the machine. */
static char *describe(const struct saving *m)
{
	_cleanup_free_ char *vm = vm_identity(m->spec);
	const char *scheduler = m->level == 2 ? m->test->scheduler->sha256 : "none";

	return xasprintf("%s\nkernel %s\ninitramfs %s\njob %s\nscheduler %s\n", vm,
	                 m->test->kernel->image_sha256, m->env->initrd_sha256, m->job_text,
	                 scheduler);
}

static char *sum_up(const struct saving *m)
{
	_cleanup_free_ char *topo = topo_format(&m->test->topo);

	return xasprintf("%s %s %s%s%s%s", m->test->kernel->version, topo,
	                 json_name(&vm_clock_names, m->test->clock),
	                 m->env->traced ? "" : " untraced", m->level == 2 ? " " : "",
	                 m->level == 2 ? m->test->scheduler->name : "");
}

static int on_ring(void *arg, const uint8_t *ring, size_t n, struct err *err)
{
	struct saving *m = arg;

	return guest_report_read(&m->guest, ring, n, err);
}

static int explain(struct saving *m, const struct vm_result *vm, struct err *err)
{
	const struct wire_end *end = m->guest.end;

	if (vm->end == VM_END_CANCELLED)
		return err_set(err, ERR_CANCELLED, "interrupted");
	if (!end || end->ok)
		return err_set(err, ERR_CHILD, "%s",
		               vm->cause ? vm->cause : "the guest ended without a word");
	m->refused = m->level == 2;
	return err_set(err, ERR_CHILD, "%s", end->error ? end->error : "the guest gave up");
}

static int boot_and_save(struct saving *m, const int *inputs, size_t n, int dirfd, struct err *err)
{
	const struct vm_events events = { .on_ring = on_ring, .arg = m };
	struct vm_spec spec = *m->spec;
	struct vm_result vm;
	int r;

	spec.inputs = inputs;
	spec.n_inputs = n;
	spec.deadline_ns = deadline_in(vm_time_budget_ns(&spec, START_QUIET_TIMEOUT_NS));
	guest_report_init(&m->guest);
	r = vm_save(&spec, &events, dirfd, &vm, err);
	if (r == 0) {
		if (vm.end != VM_END_SAVED)
			r = explain(m, &vm, err);
		vm_result_done(&vm);
	}
	guest_report_done(&m->guest);
	return r;
}

static int make(void *arg, int dirfd, struct err *err)
{
	struct saving *m = arg;
	int inputs[2] = { -1, -1 }, r;
	uint64_t bytes = 0; /* counted in the test's own machine */

	r = pack_job(&m->job, &inputs[0], err);
	if (r == 0)
		r = pack_schedulers(m->test, &m->job, &inputs[1], &bytes, err);
	if (r == 0)
		r = boot_and_save(m, inputs, inputs[1] < 0 ? 1 : 2, dirfd, err);
	cleanup_close(&inputs[0]);
	cleanup_close(&inputs[1]);
	return r;
}

static int take_opened(const struct saving *m, struct saved_opened *opened, struct start *out,
                       struct err *err)
{
	int r = vm_image_open(opened->dirfd, m->test->topo.nodes, &out->image, err);

	close(opened->dirfd);
	if (opened->dropped && !out->note)
		out->note = xasprintf("saved machine %.12s was damaged and is made again: %s",
		                      opened->key, opened->dropped);
	free(opened->dropped);
	if (r < 0)
		return r;
	memcpy(out->key, opened->key, sizeof(out->key));
	out->level = m->level;
	return 0;
}

static bool has_refused(const struct saving *m, const char *key)
{
	struct refused_machines *r = m->env->refused;
	bool found;

	pthread_mutex_lock(&r->lock);
	found = strv_has(&r->keys, key);
	pthread_mutex_unlock(&r->lock);
	return found;
}

/* The next test does not try that again. */
static void note_refusal(const struct saving *m, const char *key)
{
	struct refused_machines *r = m->env->refused;

	pthread_mutex_lock(&r->lock);
	strv_add(&r->keys, key);
	pthread_mutex_unlock(&r->lock);
}

/* Another process may remove it, to make room, before its files are open: then once more. */
static int get_opened(struct saving *m, const struct saved_want *want, struct start *out,
                      struct err *err)
{
	struct saved_opened opened;

	for (int tries = 0;; tries++) {
		if (saved_get(want, &opened, err) < 0)
			return -(int)err->code;
		if (take_opened(m, &opened, out, err) == 0)
			return 0;
		if (err->code != ERR_NOT_FOUND || tries)
			return -(int)err->code;
		err_clear(err);
	}
}

static int get_machine(struct saving *m, struct start *out, struct err *err)
{
	_cleanup_free_ char *text = describe(m), *summary = sum_up(m);
	const struct saved_want want = {
		.text = text,
		.summary = summary,
		.deadline = deadline_in(vm_time_budget_ns(m->spec, START_QUIET_TIMEOUT_NS)),
		.make = make,
		.arg = m,
	};
	char key[65];

	saved_key(text, key);
	m->refused = has_refused(m, key);
	if (m->refused)
		return err_set(err, ERR_CHILD, "the scheduler does not come up");
	if (get_opened(m, &want, out, err) < 0) {
		if (m->refused)
			note_refusal(m, key);
		return -(int)err->code;
	}
	return 0;
}

static int of_level(struct saving *m, const struct job *job, int level, struct start *out,
                    struct err *err)
{
	struct job_sched scheduler;
	int r;

	m->level = level;
	make_job(m, job, &scheduler);
	r = get_machine(m, out, err);
	free(m->job_text);
	return r;
}

static int saved_start(const struct harness_env *env, const struct test *t, const struct job *job,
                       const struct vm_spec *spec, struct start *out, struct err *err)
{
	struct saving m = { .env = env, .test = t, .spec = spec };

	if (t->clock != VM_CLOCK_VIRTUAL)
		return err_set(err, ERR_UNSUPPORTED, "saved machines are of the virtual clock");
	if (t->scheduler->object) {
		if (of_level(&m, job, 2, out, err) == 0)
			return 0;
		if (!m.refused)
			return -(int)err->code;
		err_clear(err);
	}
	return of_level(&m, job, 1, out, err);
}

int start_choose(const struct harness_env *env, const struct test *t, const struct job *job,
                 const struct vm_spec *spec, struct start *out, struct err *err)
{
	struct start s = START_NONE;
	int r = 0;

	if (env->start == START_COLD)
		s.why_cold = xstrdup("asked for");
	else
		r = saved_start(env, t, job, spec, &s, err);
	if (r < 0 && env->start == START_AUTO && err->code != ERR_CANCELLED) {
		s.why_cold = xstrdup(err->msg);
		err_clear(err);
		r = 0;
	}
	if (r < 0) {
		start_done(&s);
		return err_wrap(err, "saved machine");
	}
	*out = s;
	return 0;
}

void start_done(struct start *s)
{
	vm_image_done(&s->image);
	free(s->why_cold);
	free(s->note);
}
