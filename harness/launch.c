/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/launch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/pack.h"
#include "harness/saved/saved.h"

#define FIRST_WORD_NS (60 * NS_PER_SEC) /* a saved machine needs a fraction of a second */

struct flight {
	const struct launch *launch;
	const struct start *start;
	uint64_t start_ns;
};

static int on_ring(void *arg, const uint8_t *ring, size_t n, struct err *err)
{
	const struct flight *f = arg;
	struct guest_report *guest = f->launch->guest;
	int done = guest_report_read(guest, ring, n, err);

	if (f->start->level && !guest->first_word_ns &&
	    clock_mono_ns() - f->start_ns > FIRST_WORD_NS)
		return err_set(err, ERR_TIMEOUT, "the saved machine does not go on");
	return done;
}

static void on_host_time(void *arg, const struct vm_host_time *t)
{
	const struct launch *l = ((const struct flight *)arg)->launch;

	if (l->on_host_time)
		l->on_host_time(l->arg, t);
}

static int fly(const struct launch *l, const struct start *start, const struct vm_spec *spec,
               struct vm_result *vm, struct err *err)
{
	struct flight f = { .launch = l, .start = start, .start_ns = clock_mono_ns() };
	const struct vm_events events = { .on_ring = on_ring,
		                          .on_host_time = on_host_time,
		                          .arg = &f };
	struct vm_spec timed = *spec;

	timed.deadline_ns = deadline_in(l->env->timeout_ns ? l->env->timeout_ns
	                                                   : vm_time_budget_ns(spec, l->guest_ns));
	return vm_run(&timed, &events, vm, err);
}

/* A machine of the real clock learns the time, last of all: its clock is as late as it takes to go on. */
static int fly_saved(const struct launch *l, const struct start *start, struct vm_result *vm,
                     struct err *err)
{
	_cleanup_free_ int *inputs = xcalloc(l->spec->n_inputs + 1, sizeof(*inputs));
	_cleanup_close_ int now = -1;
	struct vm_spec spec = *l->spec;

	spec.image = &start->image;
	spec.initrd = -1;
	if (spec.clock == VM_CLOCK_REAL) {
		if (pack_now(&now, err) < 0)
			return -(int)err->code;
		memcpy(inputs, spec.inputs, spec.n_inputs * sizeof(*inputs));
		inputs[spec.n_inputs++] = now;
		spec.inputs = inputs;
	}
	return fly(l, start, &spec, vm, err);
}

/* A guest that said nothing in the time that the user gave it. */
static void blame_limit(const struct launch *l, struct vm_result *vm)
{
	char *cause;

	if (l->guest->first_word_ns || !start_was_cut_short(l->env, vm))
		return;
	cause = xasprintf("%s: --timeout is too short", vm->cause ? vm->cause : "timed out");
	free(vm->cause);
	vm->cause = cause;
}

static int choose_and_fly(const struct launch *l, struct start *start, struct vm_result *vm,
                          struct strv *notes, struct err *err)
{
	int r = start_choose(l->env, l->test, l->job, l->spec, start, err);

	if (r < 0)
		return r;
	if (start->note)
		strv_add(notes, start->note);
	r = start->level ? fly_saved(l, start, vm, err) : fly(l, start, l->spec, vm, err);
	if (r < 0)
		start_done(start);
	else
		blame_limit(l, vm);
	return r;
}

static bool did_not_go_on(const struct launch *l, const struct start *start,
                          const struct vm_result *vm)
{
	return start->level && !l->guest->first_word_ns && vm->end != VM_END_CANCELLED &&
	       vm->end != VM_END_DONE && !start_was_cut_short(l->env, vm);
}

int launch(const struct launch *l, struct start *start, struct vm_result *vm, struct strv *notes,
           struct err *err)
{
	int r = choose_and_fly(l, start, vm, notes, err);

	if (r < 0 || !did_not_go_on(l, start, vm))
		return r;
	strv_take(notes, xasprintf("saved machine %.12s did not go on and was made again: %s",
	                           start->key, vm->cause ? vm->cause : "no cause known"));
	r = saved_remove(start->key, err);
	start_done(start);
	vm_result_done(vm);
	guest_report_done(l->guest);
	return r < 0 ? r : choose_and_fly(l, start, vm, notes, err);
}
