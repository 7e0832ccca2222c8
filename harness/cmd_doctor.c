/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/jobs.h"
#include "harness/resource.h"
#include "harness/saved/saved.h"
#include "sidecar/rundir.h"
#include "vmm/vmm.h"

#define MIN_DISK   (1ull << 30)
#define MIN_MEMORY (2ull << 30)
#define GIB(bytes) ((double)(bytes) / (1ull << 30))

enum health {
	HEALTH_GOOD,
	HEALTH_WARN, /* works, but not as well as it could */
	HEALTH_BAD,  /* tests cannot run */
};
static const char *const health_names[] = { "ok", "warning", "problem" };

struct probe_result {
	enum health health;
	char *what; /* what was found */
	char *mend; /* what to do about it, or NULL */
};

static void found(struct probe_result *f, enum health health, char *what, const char *mend)
{
	*f = (struct probe_result){ health, what, xstrdup(mend) };
}

static void probe_qemu(struct probe_result *f)
{
	struct vm_qemu q = { 0 };
	struct err err = ERR_INIT;

	if (vm_qemu_find(&q, &err) < 0) {
		found(f, HEALTH_BAD, xstrdup(err.msg),
		      "install qemu-system-x86, run `make deps` in the source tree, or set "
		      "KTSTR_QEMU");
		return;
	}
	if (q.major < 10)
		found(f, HEALTH_WARN, xasprintf("QEMU %s, %s: older than 10", q.version, q.path),
		      "run `make deps`: with this one, emulation uses only one thread (slower), "
		      "else guests that load a scheduler crash");
	else
		found(f, HEALTH_GOOD, xasprintf("QEMU %s, %s", q.version, q.path), NULL);
	vm_qemu_done(&q);
}

static void probe_accel(struct probe_result *f)
{
	struct err err = ERR_INIT;
	enum vm_accel accel;
	const char *reason;

	if (vm_accel_probe(VM_ACCEL_AUTO, &accel, &reason, &err) < 0)
		found(f, HEALTH_BAD, xstrdup(err.msg), NULL);
	else
		found(f, accel == VM_ACCEL_KVM ? HEALTH_GOOD : HEALTH_WARN,
		      xasprintf("%s: %s", json_name(&vm_accel_names, accel), reason),
		      accel == VM_ACCEL_KVM
		              ? NULL
		              : "tests run under emulation (TCG): slower; results are "
		                "still valid");
}

static void probe_kernels(struct probe_result *f)
{
	_cleanup_free_ char *cache = NULL;
	_cleanup_free_ char *dir = NULL;
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;
	size_t n = 0;

	if (fs_cache_dir(&cache, &err) < 0) {
		found(f, HEALTH_BAD, xstrdup(err.msg), NULL);
		return;
	}
	dir = fs_join(cache, "kernels");
	if (fs_list(AT_FDCWD, dir, &names, &err) == 0)
		strv_each (&names, i) {
			_cleanup_free_ char *meta =
				xasprintf("%s/%s/metadata.json", dir, names.v[i]);

			n += fs_exists(AT_FDCWD, meta);
		}
	found(f, n ? HEALTH_GOOD : HEALTH_WARN, xasprintf("%zu in %s", n, dir),
	      n ? NULL : "fetch one: harness kernel fetch 6.17");
}

static void probe_disk(struct probe_result *f)
{
	_cleanup_free_ char *root = rundir_root();
	_cleanup_free_ char *cwd = realpath(".", NULL);
	const char *at = fs_is_dir(AT_FDCWD, root) ? root : cwd;
	struct statvfs st;
	uint64_t free_bytes;

	if (!at || statvfs(at, &st) < 0) {
		found(f, HEALTH_BAD, xasprintf("cannot read the free space of %s", root),
		      "check that the directory exists");
		return;
	}
	free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	found(f, free_bytes < MIN_DISK ? HEALTH_BAD : HEALTH_GOOD,
	      xasprintf("%.1f GiB free for results in %s", GIB(free_bytes), root),
	      free_bytes < MIN_DISK ? "free some space, or set KTSTR_TARGET_DIR" : NULL);
}

static void probe_memory(struct probe_result *f)
{
	struct jobs_host host;

	jobs_host_read(&host);
	if (!host.memory_bytes) {
		found(f, HEALTH_WARN, xstrdup("/proc/meminfo has no MemAvailable"), NULL);
		return;
	}
	found(f, host.memory_bytes < MIN_MEMORY ? HEALTH_WARN : HEALTH_GOOD,
	      xasprintf("%.1f GiB available", GIB(host.memory_bytes)),
	      host.memory_bytes < MIN_MEMORY ? "large topologies may not fit: use --jobs 1" : NULL);
}

static void probe_images(struct probe_result *f)
{
	struct saved_all all = { 0 };
	struct err err = ERR_INIT;
	uint64_t max;

	if (saved_max_bytes(&max, &err) < 0 || saved_list(&all, &err) < 0) {
		found(f, HEALTH_BAD, xstrdup(err.msg), NULL);
		return;
	}
	found(f, HEALTH_GOOD,
	      xasprintf("%zu saved machines, %.1f of at most %.1f GiB", all.n,
	                GIB(saved_all_bytes(&all)), GIB(max)),
	      NULL);
	saved_all_done(&all);
}

static void probe_cgroup(struct probe_result *f)
{
	_cleanup_free_ char *controllers =
		fs_read_line(AT_FDCWD, "/sys/fs/cgroup/cgroup.controllers");

	/* Tests do not need the host's cgroups: the guest has its own. */
	if (controllers)
		found(f, HEALTH_GOOD, xasprintf("v2: %s", controllers), NULL);
	else
		found(f, HEALTH_WARN, xstrdup("this host has no cgroup v2"),
		      "not needed: tests use the guest's cgroups");
}

static void probe_files(struct probe_result *f)
{
	_cleanup_strv_ struct strv scheds = STRV_INIT;
	_cleanup_free_ char *agent = NULL;
	_cleanup_free_ char *list = NULL;
	struct err err = ERR_INIT;

	if (resource_path("agent", &agent, &err) < 0 || resource_schedulers(&scheds, &err) < 0) {
		found(f, HEALTH_BAD, xstrdup(err.msg), "run `make`");
		return;
	}
	list = strv_join(&scheds, ", ");
	found(f, HEALTH_GOOD, xasprintf("agent, schedulers %s", list), NULL);
}

static const struct probe {
	const char *name;
	void (*run)(struct probe_result *f);
} probes[] = {
	{ "acceleration", probe_accel }, { "qemu", probe_qemu },     { "files", probe_files },
	{ "kernels", probe_kernels },    { "images", probe_images }, { "disk", probe_disk },
	{ "memory", probe_memory },      { "cgroup", probe_cgroup },
};

#define FOUND_AT 23 /* the column where a probe's text begins */

static void print_text(const char *text)
{
	term_wrap(stdout, TERM_PLAIN, text, FOUND_AT, FOUND_AT, term_width(stdout));
	putchar('\n');
}

static void print_result(const char *name, const struct probe_result *f)
{
	static const enum term_color colors[] = { TERM_GOOD, TERM_WARN, TERM_BAD };

	term_print(stdout, colors[f->health], "%-8s", health_names[f->health]);
	printf(" %-13s ", name);
	print_text(f->what);
	if (!f->mend)
		return;
	printf("%*s", FOUND_AT, "");
	print_text(f->mend);
}

static struct json_object *result_json(const char *name, const struct probe_result *f)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "health", json_object_new_string(health_names[f->health]));
	json_object_object_add(o, "found", json_object_new_string(f->what));
	json_add_text(o, "mend", f->mend);
	return o;
}

static int examine(bool json)
{
	struct json_object *list = json ? json_object_new_array() : NULL;
	enum health worst = HEALTH_GOOD;

	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		struct probe_result f;

		probes[i].run(&f);
		worst = f.health > worst ? f.health : worst;
		if (json)
			json_object_array_add(list, result_json(probes[i].name, &f));
		else
			print_result(probes[i].name, &f);
		free(f.what);
		free(f.mend);
	}
	if (json)
		cmd_print_json(list);
	return worst == HEALTH_BAD ? EXIT_INFRA : EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	int json = 0;
	const struct poptOption table[] = {
		{ "json", 0, POPT_ARG_NONE, &json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	return r == CMD_RUN ? examine(json) : r;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.summary = "say what this machine can do, and how to enable what it cannot",
	.usage = "[OPTION...]",
	.run = run,
};
