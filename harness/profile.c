/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/profile.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parse.h"
#include "harness/wire/job.h"

#define EXTENDS_MAX 16
#define KEY_CHARS   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"

/* clang-format off */
const struct profile_def profile_defs[] = {
	{ "fast", NULL,
	  "nokaslr mitigations=off nowatchdog lsm= audit=0 init_on_alloc=0 cryptomgr.notests", "",
	  "boots fast and keeps quiet: no mitigations, no security modules, no watchdog, no audit, no "
	  "zeroing of pages, no address randomization",
	  "what these cost a real machine is not in the figures" },
	{ "stock", NULL, "", "",
	  "what the kernel's build says, and nothing of ours but what the harness needs to run",
	  "boots slower than `fast`" },
	{ "hardened", "stock",
	  "mitigations=auto,nosmt pti=on init_on_alloc=1 init_on_free=1 slab_nomerge "
	  "page_alloc.shuffle=1 randomize_kstack_offset=on hardened_usercopy=1 "
	  "kfence.sample_interval=100 vsyscall=none vdso32=0 debugfs=off iommu.passthrough=0 "
	  "iommu.strict=1 lockdown=integrity",
	  "kernel.kptr_restrict=2 kernel.dmesg_restrict=1 kernel.randomize_va_space=2 "
	  "-kernel.unprivileged_bpf_disabled=1 -net.core.bpf_jit_harden=2 -kernel.yama.ptrace_scope=1 "
	  "-kernel.perf_event_paranoid=3 -kernel.kexec_load_disabled=1 -vm.unprivileged_userfaultfd=0 "
	  "-dev.tty.ldisc_autoload=0 -dev.tty.legacy_tiocsti=0 fs.suid_dumpable=0 "
	  "-fs.protected_symlinks=1 -fs.protected_hardlinks=1 -fs.protected_fifos=2 "
	  "-fs.protected_regular=2",
	  "what the Kernel Self Protection Project recommends, as far as tests still run: all "
	  "mitigations, zeroed memory at allocation and free, no merged slabs, shuffled pages, a "
	  "random stack offset, sampled checks of slab objects, lockdown (integrity), pointers and "
	  "logs hidden, no debugfs",
	  "time: system calls, page faults, fork and exec are slower, as far as the kernel is not "
	  "built so anyway; what is in debugfs (`sched_tunables`, `sched/features`). A CPU that `mitigations` calls "
	  "unsafe loses its SMT siblings; a test with such a topology then ends in an error" },
	{ "fortress", "hardened",
	  "spec_store_bypass_disable=on l1tf=full,force slab_debug=FZ",
	  "-kernel.unprivileged_bpf_disabled=2 -kernel.yama.ptrace_scope=2 "
	  "-user.max_user_namespaces=0",
	  "`hardened`, and checks of every slab object, store bypass off for all tasks, no user "
	  "namespaces, no ptrace of others",
	  "more time yet, most of it in allocations; programs that need user namespaces or ptrace" },
	{ "balanced", "stock",
	  "mitigations=auto",
	  "kernel.kptr_restrict=1 kernel.dmesg_restrict=1 -kernel.yama.ptrace_scope=1",
	  "mitigations that keep SMT, and hidden pointers: what a distribution would ship",
	  "little time; memory is not zeroed unless the kernel's build says so" },
	{ "performance", "stock",
	  "mitigations=off init_on_alloc=0 init_on_free=0 randomize_kstack_offset=off audit=0 nowatchdog",
	  "-kernel.numa_balancing=0 -kernel.timer_migration=0 vm.stat_interval=10",
	  "no mitigations, no zeroing, no watchdog, fewer timers and statistics",
	  "protection against attacks on the CPU; NUMA balancing; notice of a hung CPU" },
	{ "ludicrous", "performance",
	  "nokaslr lsm= nopti transparent_hugepage=always rcupdate.rcu_expedited=1 skew_tick=1",
	  "kernel.randomize_va_space=0 -vm.compaction_proactiveness=0 vm.dirty_writeback_centisecs=0",
	  "all of `performance`, no security modules, no randomized addresses, huge pages everywhere, "
	  "expedited RCU",
	  "every protection; memory; data that is not written back in time" },
};
/* clang-format on */
const size_t n_profile_defs = ARRAY_SIZE(profile_defs);

static const struct profile_def *bundled(const char *name)
{
	for (size_t i = 0; i < n_profile_defs; i++)
		if (streq(profile_defs[i].name, name))
			return &profile_defs[i];
	return NULL;
}

bool profile_is_bundled(const char *name)
{
	return bundled(name) != NULL;
}

static bool same_key(const char *a, const char *b)
{
	a += *a == '-';
	b += *b == '-';
	return strcspn(a, "=") == strcspn(b, "=") && strncmp(a, b, strcspn(a, "=")) == 0;
}

static void set_sysctl(struct strv *all, const char *text)
{
	strv_each (all, i) {
		if (same_key(all->v[i], text)) {
			free(all->v[i]);
			all->v[i] = xstrdup(text);
			return;
		}
	}
	strv_add(all, text);
}

void profile_add(struct profile *p, const struct strv *kernel_args, const struct strv *sysctls)
{
	strv_copy(&p->kernel_args, kernel_args);
	strv_each (sysctls, i)
		set_sysctl(&p->sysctls, sysctls->v[i]);
}

static void add_bundled(struct profile *p, const struct profile_def *d)
{
	_cleanup_strv_ struct strv args = STRV_INIT, sysctls = STRV_INIT;

	strv_split(&args, d->kernel_args, " ");
	strv_split(&sysctls, d->sysctls, " ");
	profile_add(p, &args, &sysctls);
}

static int unknown(const char *name, const struct profile_own *own, size_t n_own, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	const char *near;

	for (size_t i = 0; i < n_own; i++)
		strv_add(&names, own[i].name);
	for (size_t i = 0; i < n_profile_defs; i++)
		strv_add(&names, profile_defs[i].name);
	near = parse_suggest(name, (const char *const *)names.v, names.n);
	list = strv_join(&names, ", ");
	return err_set(err, ERR_USAGE, "no profile \"%s\"%s%s%s: there are %s", name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "", list);
}

/* What it extends first. */
static int add(struct profile *p, const char *name, const struct profile_own *own, size_t n_own,
               unsigned int depth, struct err *err)
{
	const struct profile_def *d = bundled(name);

	if (depth > EXTENDS_MAX)
		return err_set(err, ERR_USAGE, "profile %s extends itself", name);
	if (d) {
		if (d->extends && add(p, d->extends, own, n_own, depth + 1, err) < 0)
			return -(int)err->code;
		add_bundled(p, d);
		return 0;
	}
	for (size_t i = 0; i < n_own; i++) {
		if (!streq(own[i].name, name))
			continue;
		if (own[i].extends && add(p, own[i].extends, own, n_own, depth + 1, err) < 0)
			return -(int)err->code;
		profile_add(p, &own[i].kernel_args, &own[i].sysctl);
		return 0;
	}
	return unknown(name, own, n_own, err);
}

int profile_resolve(const char *name, const struct profile_own *own, size_t n_own,
                    struct profile *out, struct err *err)
{
	struct profile p = { .name = xstrdup(name) };

	if (add(&p, name, own, n_own, 0, err) < 0) {
		profile_done(&p);
		return -(int)err->code;
	}
	*out = p;
	return 0;
}

static bool has(const struct profile *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(v[i].name, name))
			return true;
	return false;
}

int profiles_resolve(char *const *names, const struct profile_own *own, size_t n_own,
                     struct profile **v, size_t *n, struct err *err)
{
	for (size_t i = 0; names && names[i]; i++) {
		struct profile p;

		if (has(*v, *n, names[i]))
			continue;
		if (profile_resolve(names[i], own, n_own, &p, err) < 0)
			return err_wrap(err, "--profile");
		*xgrow(*v, *n) = p;
	}
	if (!names)
		*xgrow(*v, *n) = profile_default();
	return 0;
}

struct profile profile_default(void)
{
	struct profile p = { .name = xstrdup(PROFILE_DEFAULT) };

	add_bundled(&p, bundled(PROFILE_DEFAULT));
	return p;
}

void profile_done(struct profile *p)
{
	free(p->name);
	strv_done(&p->kernel_args);
	strv_done(&p->sysctls);
	*p = (struct profile){ 0 };
}

void profile_give(const struct profile *p, struct strv *kernel_args, struct job *job)
{
	strv_each (&p->kernel_args, i) {
		const char *arg = p->kernel_args.v[i];

		if (starts_with(arg, PROFILE_LOCKDOWN)) {
			free(job->lockdown);
			job->lockdown = xstrdup(arg + strlen(PROFILE_LOCKDOWN));
		} else {
			strv_add(kernel_args, arg);
		}
	}
	strv_copy(&job->sysctls, &p->sysctls);
}

int profile_check_sysctl(const char *text, struct err *err)
{
	const char *key = text + (*text == '-');
	size_t n = strspn(key, KEY_CHARS);

	if (!n || key[n] != '=' || *key == '.' || *key == '/' || strstr(key, "..") > key)
		return err_set(err, ERR_USAGE, "\"%s\" is not a sysctl, as kernel.kptr_restrict=2",
		               text);
	return 0;
}
