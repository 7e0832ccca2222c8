/* SPDX-License-Identifier: GPL-2.0-only */
#include "vmm/kvmstat.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

#define ASK_EVERY_NS (500 * NS_PER_MS)
#define NEVER        UINT64_MAX
#define VCPUS_MAX    1024

static void forget(struct vm_result *out)
{
	for (size_t i = 0; i < out->n_vcpu_stats; i++)
		json_f64map_done(&out->vcpu_stats[i]);
	free(out->vcpu_stats);
	out->vcpu_stats = NULL;
	out->n_vcpu_stats = 0;
}

static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	return json_object_is_type(o, json_type_object) && json_object_object_get_ex(o, key, &v)
	               ? v
	               : NULL;
}

/* Counters that are lists, as histograms are, are left out. */
static void take_vcpu(struct json_object *stats, struct json_f64map *to)
{
	for (size_t i = 0; i < json_object_array_length(stats); i++) {
		struct json_object *one = json_object_array_get_idx(stats, i);
		struct json_object *name = member(one, "name"), *value = member(one, "value");

		if (name && (json_object_is_type(value, json_type_int) ||
		             json_object_is_type(value, json_type_double)))
			json_f64map_set(to, json_object_get_string(name),
			                json_object_get_double(value));
	}
}

bool kvmstat_take(struct json_object *msg, struct vm_result *out)
{
	struct json_object *vcpus = member(msg, "return");

	if (!json_object_is_type(vcpus, json_type_array))
		return false;
	forget(out);
	for (size_t i = 0; i < json_object_array_length(vcpus) && i < VCPUS_MAX; i++) {
		struct json_object *stats = member(json_object_array_get_idx(vcpus, i), "stats");

		if (json_object_is_type(stats, json_type_array))
			take_vcpu(stats, xgrow(out->vcpu_stats, out->n_vcpu_stats));
	}
	return true;
}

static void ask(struct kvmstat *k, int fd)
{
	struct err ignored = ERR_INIT; /* then QEMU has ended, or does so */

	if (!k->negotiated && qmp_send(fd, "qmp_capabilities", NULL, &ignored) < 0)
		return;
	k->negotiated = true;
	if (qmp_send(fd, "query-stats", qmp_argument("target", "vcpu"), &ignored) < 0)
		return;
	k->waiting = true;
	k->asked_ns = clock_mono_ns();
}

void kvmstat_look(struct kvmstat *k, struct qmp_reader *monitor, struct vm_result *out)
{
	struct json_object *msg;
	struct err err = ERR_INIT;
	int r = 0;

	while (k->waiting && (r = qmp_next(monitor, &msg, &err)) > 0) {
		k->waiting = !kvmstat_take(msg, out);
		json_object_put(msg);
	}
	if (r < 0)
		k->asked_ns = NEVER; /* it has no such command, or it has ended */
	else if (!k->waiting && k->asked_ns != NEVER &&
	         clock_mono_ns() - k->asked_ns >= ASK_EVERY_NS)
		ask(k, monitor->fd);
}
