/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/start.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/judge/guest.h"
#include "harness/pack.h"
#include "harness/saved/saved.h"
#include "harness/scheduler_files.h"

/* A machine to be saved. */
struct saving {
	const struct harness_env *env;
	const struct test *test;
	const struct vm_spec *spec; /* of the test, for a cold start */
	const struct job *of;       /* likewise */
	char *host; /* real clock: the only host, since its boot, that the machine is for; else "any" */
	int level;
	struct job job; /* of getting ready; only borrows */
	char *job_text;
	struct guest_report guest;
	bool spoken;  /* the guest has said something */
	bool hurried; /* the user's limit was over before it was saved */
	bool refused; /* the guest says why it cannot get ready: the scheduler's fault */
	char *note;   /* for the person: the machine that it is made from was damaged */
};

/* The job of getting ready: what all tests that start from this machine have in common. */
static void make_job(struct saving *m, struct job_sched *scheduler)
{
	const struct job_sched *first = m->of->schedulers.v;
	struct job j = *m->of;

	json_init(&job_sched_table, scheduler);
	scheduler->name = (char *)"";
	if (m->level == 2)
		*scheduler = *first;
	j.test = (char *)"";
	j.seed = j.duration_ns = 0;
	j.quiet_ns = START_QUIET_NS;
	j.quiet_timeout_ns = START_QUIET_TIMEOUT_NS;
	j.save_level = (uint32_t)m->level;
	j.schedulers.v = scheduler;
	j.schedulers.n = 1;
	j.cgroups.n = j.works.n = j.payloads.n = j.ops.n = 0;
	j.steps = j.sysctls = (struct strv)STRV_INIT;
	j.lockdown = NULL;
	j.enable = j.disable = (struct job_commands){ 0 };
	m->job = j;

	_cleanup_json_ struct json_object *o = json_encode(&job_table, &m->job);
	m->job_text = json_text(o, false);
}

/* The files of the scheduler by their contents. */
static int scheduler_identity(const struct saving *m, struct strbuf *out, struct err *err)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;

	strbuf_adds(out, m->level == 2 ? m->test->scheduler->sha256 : "none");
	if (m->level < 2 || m->test->scheduler->kind != SCHEDULER_EXECUTABLE)
		return 0;
	if (scheduler_executable_needs(m->test->scheduler, &paths, err) < 0)
		return -(int)err->code;
	strv_each (&paths, i) {
		char sha[65];

		if (fs_sha256(AT_FDCWD, paths.v[i], sha, err) < 0)
			return -(int)err->code;
		strbuf_addf(out, " %s %s", paths.v[i], sha);
	}
	return 0;
}

/* All that determines the machine. */
static char *describe(const struct saving *m, const char *scheduler)
{
	_cleanup_free_ char *vm = vm_identity(m->spec);

	return xasprintf("%s\nhost %s\nkernel %s\ninitramfs %s\njob %s\nscheduler %s\n", vm,
	                 m->host, m->test->kernel->image_sha256, m->env->initrd_sha256, m->job_text,
	                 scheduler);
}

static char *sum_up(const struct saving *m)
{
	_cleanup_free_ char *topo = topo_format(&m->test->topo);

	return xasprintf("%s %s %s %s%s%s%s", m->test->kernel->version, topo,
	                 json_name(&vm_clock_names, m->test->clock), m->test->profile->name,
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
		return err_set(err, ERR_CANCELLED, "interrupted before it finished");
	if (!end || end->ok)
		return err_set(err, ERR_CHILD, "%s",
		               vm->cause ? vm->cause : "the guest ended without a word");
	m->refused = m->level == 2;
	return err_set(err, ERR_CHILD, "%s", end->error ? end->error : "the guest gave up");
}

static uint64_t time_budget_ns(const struct saving *m)
{
	return m->env->timeout_ns
	               ? m->env->timeout_ns
	               : vm_time_budget_ns(m->spec, START_QUIET_TIMEOUT_NS +
	                                                    scheduler_executables_ns(&m->job));
}

bool start_was_cut_short(const struct harness_env *env, const struct vm_result *vm)
{
	return env->timeout_ns && vm->end == VM_END_TIMEOUT;
}

static int run_and_save(struct saving *m, struct vm_spec *spec, int dirfd, struct err *err)
{
	const struct vm_events events = { .on_ring = on_ring, .arg = m };
	struct vm_result vm;
	int r;

	spec->deadline_ns = deadline_in(time_budget_ns(m));
	guest_report_init(&m->guest);
	r = vm_save(spec, &events, dirfd, &vm, err);
	m->spoken = m->guest.first_word_ns != 0;
	if (r == 0) {
		m->hurried = start_was_cut_short(m->env, &vm);
		if (vm.end != VM_END_SAVED)
			r = explain(m, &vm, err);
		vm_result_done(&vm);
	}
	guest_report_done(&m->guest);
	return r;
}

static int get_level(struct saving *m, int level, struct start *out, struct err *err);

/* Level 2 goes on from level 1, which saves the boot. As in launch(), that one is made again, once, if
 * it does not go on. */
static int extend(struct saving *m, struct vm_spec *spec, int dirfd, struct err *err)
{
	for (int tries = 0;; tries++) {
		struct start base = START_NONE;
		struct saving one = *m;
		int r = get_level(&one, 1, &base, err);

		bool had = r == 0;

		spec->image = &base.image;
		spec->initrd = -1;
		if (had)
			r = run_and_save(m, spec, dirfd, err);
		if (!m->note)
			m->note = steal_ptr(&base.note);
		start_done(&base);
		if (r == 0 || !had || m->spoken || m->hurried || tries ||
		    err->code == ERR_CANCELLED)
			return r;
		err_clear(err);
		if (saved_remove(base.key, err) < 0)
			return -(int)err->code;
	}
}

static int make(void *arg, int dirfd, struct err *err)
{
	struct saving *m = arg;
	int inputs[2] = { -1, -1 }, r;
	uint64_t bytes = 0; /* counted in the test's own machine */
	struct vm_spec spec = *m->spec;

	r = pack_job(&m->job, &inputs[0], err);
	if (r == 0)
		r = pack_schedulers(m->test, &m->job, &inputs[1], &bytes, err);
	spec.inputs = inputs;
	spec.n_inputs = inputs[1] < 0 ? 1 : 2;
	if (r == 0)
		r = m->level == 2 ? extend(m, &spec, dirfd, err)
		                  : run_and_save(m, &spec, dirfd, err);
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
	_cleanup_strbuf_ struct strbuf scheduler = STRBUF_INIT;
	int r = scheduler_identity(m, &scheduler, err);
	_cleanup_free_ char *text = describe(m, strbuf_cstr(&scheduler)), *summary = sum_up(m);
	const struct saved_want want = {
		.text = text,
		.summary = summary,
		.portable = m->test->clock == VM_CLOCK_VIRTUAL,
		.deadline = deadline_in((uint64_t)m->level * time_budget_ns(m)),
		.make = make,
		.arg = m,
	};
	char key[65];

	if (r < 0)
		return r;
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

static int get_level(struct saving *m, int level, struct start *out, struct err *err)
{
	struct job_sched scheduler;
	int r;

	m->level = level;
	m->note = NULL;
	make_job(m, &scheduler);
	r = get_machine(m, out, err);
	if (!out->note)
		out->note = steal_ptr(&m->note);
	free(m->note);
	free(m->job_text);
	return r;
}

static int choose_level(struct saving *m, struct start *out, struct err *err)
{
	if (m->test->scheduler->kind != SCHEDULER_KERNEL) {
		if (get_level(m, 2, out, err) == 0)
			return 0;
		if (!m->refused)
			return -(int)err->code;
		err_clear(err);
	}
	return get_level(m, 1, out, err);
}

/* Under the real clock the guest's TSC runs at the speed of the host's, which the guest has measured. */
static char *host_of(const struct test *t)
{
	return t->clock == VM_CLOCK_VIRTUAL
	               ? xstrdup("any")
	               : fs_read_line(AT_FDCWD, "/proc/sys/kernel/random/boot_id");
}

static int saved_start(const struct harness_env *env, const struct test *t, const struct job *job,
                       const struct vm_spec *spec, struct start *out, struct err *err)
{
	_cleanup_free_ char *host = host_of(t);
	struct saving m = { .env = env, .test = t, .spec = spec, .of = job, .host = host };

	if (!host)
		return err_set(err, ERR_UNSUPPORTED,
		               "this machine's boot has no name (/proc/sys/kernel/random/boot_id)");
	if (spec->accel == VM_ACCEL_KVM && env->start != START_SAVED)
		return err_set(err, ERR_UNSUPPORTED, "KVM, where saved machines are not tried yet");
	return choose_level(&m, out, err);
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
		return err->code == ERR_CANCELLED ? r : err_wrap(err, "saved machine");
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
