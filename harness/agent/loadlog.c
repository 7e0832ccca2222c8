/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/loadlog.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strv.h"

#define LIBBPF    "libbpf: "
#define LOG_BEGIN "-- BEGIN PROG LOAD LOG --"
#define LOG_END   "-- END PROG LOAD LOG --"

void loadlog_done(struct loadlog *l)
{
	free(l->text);
	free(l->map);
	*l = (struct loadlog){ 0 };
}

/* What stands between the first pair of quotes. The caller frees. */
static char *quoted(const char *text)
{
	const char *from = strchr(text, '\''), *to = from ? strchr(from + 1, '\'') : NULL;

	return to ? xstrndup(from + 1, (size_t)(to - from - 1)) : NULL;
}

/* How libbpf says it, and how we do: FORMAT gets the name in quotes. */
static const struct {
	const char *begins, *has;
	enum fault fault;
	const char *before, *after; /* around the name */
} sayings[] = {
	{ "extern (func ksym) ", "not found in kernel", FAULT_KFUNC, "function ",
	  " is not in this kernel's BTF" },
	{ "extern (func ksym) ", "incompatible", FAULT_KFUNC, "function ",
	  " has other arguments in this kernel" },
	{ "extern (var ksym) ", "not found", FAULT_KFUNC, "variable ",
	  " is not in this kernel's BTF" },
	{ "extern 'CONFIG_", "not resolved", FAULT_KCONFIG, "",
	  " is not in this kernel's configuration" },
	{ "extern (ksym) ", "", FAULT_KFUNC, "symbol ", " is not in this kernel" },
	{ "map '", "failed to create", FAULT_MAP, "map ", " cannot be made" },
	{ "extern '", "not resolved", FAULT_KFUNC, "", " is not in this kernel" },
};

/* These follow a cause, and name none. */
static bool is_consequence(const char *line)
{
	return starts_with(line, "failed to load object") || strstr(line, ": failed to load: ") ||
	       strstr(line, "BPF program load failed") ||
	       starts_with(line, "Error in bpf_create_map_xattr") ||
	       starts_with(line, "failed to load BPF skeleton");
}

static bool take_saying(const char *line, struct loadlog *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(sayings); i++) {
		_cleanup_free_ char *name = quoted(line);
		const char *tail = strrchr(line, ':');

		if (!name || !starts_with(line, sayings[i].begins) || !strstr(line, sayings[i].has))
			continue;
		out->fault = sayings[i].fault;
		out->text = xasprintf("%s%s%s%s", sayings[i].before, name, sayings[i].after,
		                      out->fault == FAULT_MAP && tail ? tail : "");
		if (out->fault == FAULT_MAP)
			out->map = steal_ptr(&name);
		return true;
	}
	return false;
}

static void take_libbpf(const char *line, struct loadlog *out)
{
	if (is_consequence(line))
		return;
	loadlog_done(out);
	if (take_saying(line, out))
		return;
	if (streq(line, "failed to open system Kconfig")) {
		out->fault = FAULT_KCONFIG;
		out->text = xstrdup("the guest has no configuration of its kernel");
		return;
	}
	out->fault = starts_with(line, "struct_ops init_kern") ? FAULT_OPS : FAULT_LOAD;
	out->text = xstrdup(line);
}

/* A program's log, line by line: what the verifier looked at when it gave up. */
struct verdict {
	const char *program;              /* libbpf's line that names it */
	const char *source, *insn, *said; /* the last of each before the end */
};

static bool is_insn(const char *line)
{
	size_t n = strspn(line, "0123456789");

	return n && starts_with(line + n, ": (");
}

static bool is_state(const char *line)
{
	size_t n = strspn(line, "0123456789");

	return (n && starts_with(line + n, ": ")) || starts_with(line, "cur state:") ||
	       starts_with(line, "old state:") || starts_with(line, "from ") ||
	       starts_with(line, "mark_precise:") || starts_with(line, "func '") ||
	       starts_with(line, "verification time") || starts_with(line, "stack depth");
}

/* The figures; from 7.3 on before them an essay, which explains the sentence again. */
static bool ends_verdict(const char *line)
{
	return starts_with(line, "processed ") || starts_with(line, "Verification failed: ");
}

static void take_verifier_line(const char *line, struct verdict *v)
{
	if (starts_with(line, "; ")) {
		v->source = line + 2;
		v->said = NULL;
	} else if (is_insn(line)) {
		v->insn = line;
		v->said = NULL;
	} else if (*line && !is_state(line)) {
		v->said = line;
	}
}

/* "return *value; @ fault.bpf.c:57" becomes "fault.bpf.c:57: return *value;" */
static char *source_place(const char *source)
{
	const char *at = source ? strstr(source, " @ ") : NULL, *next;

	if (!source)
		return NULL;
	while (at && (next = strstr(at + 1, " @ ")))
		at = next;
	return at ? xasprintf("%s: %.*s", at + 3, (int)(at - source), source) : xstrdup(source);
}

/* Without the state of the registers that may follow it. */
static char *insn_text(const char *insn)
{
	const char *end = insn ? strstr(insn, " ;") : NULL;
	size_t n = end ? (size_t)(end - insn) : insn ? strlen(insn) : 0;

	while (n && insn[n - 1] == ' ')
		n--;
	return n ? xstrndup(insn, n) : NULL;
}

static void conclude(const struct verdict *v, struct loadlog *out)
{
	_cleanup_free_ char *program = v->program ? quoted(v->program) : NULL;
	_cleanup_free_ char *place = source_place(v->source), *insn = insn_text(v->insn);
	_cleanup_free_ char *missing = NULL;

	loadlog_done(out);
	if (v->said && starts_with(v->said, "kfunc '") && strstr(v->said, "wasn't resolved")) {
		missing = quoted(v->said);
		out->fault = FAULT_KFUNC;
		out->text = xasprintf("%s: function %s is not in this kernel's BTF",
		                      program ? program : "a program", missing);
		return;
	}
	out->fault = v->said && starts_with(v->said, "failed to resolve CO-RE") ? FAULT_TYPE
	                                                                        : FAULT_VERIFIER;
	out->text = xasprintf("%s%s: %s%s%s%s%s%s", program ? program : "a program",
	                      out->fault == FAULT_TYPE ? "" : " refused by the verifier",
	                      v->said ? v->said : "it did not say why", insn || place ? " (" : "",
	                      insn ? insn : "", insn && place ? "; " : "", place ? place : "",
	                      insn || place ? ")" : "");
}

void loadlog_read(const char *log, struct loadlog *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct verdict v = { NULL };
	bool inside = false, ended = false;

	*out = (struct loadlog){ .fault = FAULT_LOAD };
	strv_split(&lines, log, "\n");
	strv_each (&lines, i) {
		const char *line = lines.v[i];

		if (strstr(line, LOG_BEGIN)) {
			v = (struct verdict){ .program = line };
			inside = true;
			ended = false;
		} else if (inside && starts_with(line, LOG_END)) {
			conclude(&v, out);
			inside = false;
		} else if (inside && !ended) {
			ended = ends_verdict(line);
			if (!ended)
				take_verifier_line(line, &v);
		} else if (!inside && starts_with(line, LIBBPF)) {
			take_libbpf(line + strlen(LIBBPF), out);
		}
	}
}

/* Up to this many lines make one turn of a loop. */
#define TURN_MAX 64

/* How many lines from `at` on are the `n` lines before it once more. Numbers do not count: the
 * verifier writes the values of the registers. */
static bool same_line(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool same_turn(const struct strv *l, size_t a, size_t b, size_t n)
{
	if (b + n > l->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_line(l->v[a + i], l->v[b + i]))
			return false;
	return true;
}

/* The length of the turn that begins at `i` and is repeated at once; 0: there is none. */
static size_t turn_at(const struct strv *l, size_t i)
{
	for (size_t n = 1; n <= TURN_MAX && i + 2 * n <= l->n; n++)
		if (same_turn(l, i, i + n, n) && same_turn(l, i, i + 2 * n, n))
			return n;
	return 0;
}

char *loadlog_collapsed(const char *log)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	strv_split(&lines, log, "\n");
	for (size_t i = 0; i < lines.n;) {
		size_t turn = turn_at(&lines, i), times = 0;

		for (size_t k = 0; k < (turn ? turn : 1); k++)
			strbuf_addf(&out, "%s\n", lines.v[i + k]);
		while (turn && same_turn(&lines, i, i + (times + 1) * turn, turn))
			times++;
		if (times)
			strbuf_addf(&out, "[the last %zu lines %zu times more]\n", turn, times);
		i += turn ? turn * (times + 1) : 1;
	}
	return strbuf_steal(&out);
}

/* The number after the word; U64_NONE: there is none. */
static uint64_t number_after(const char *log, const char *word)
{
	const char *at = strstr(log, word);
	char *end;
	unsigned long long n;

	if (!at)
		return U64_NONE;
	at += strlen(word);
	n = strtoull(at, &end, 10);
	return end == at ? U64_NONE : n;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a == U64_NONE || (b != U64_NONE && b > a) ? b : a;
}

/* "stack depth 24+0+8": the frames of the program and of its functions. From 7.3 on a line for each:
 * "subprog 0 (name) main insns_self 23 insns_total 23 stack 8". */
static uint64_t deepest_frame(const char *log)
{
	const char *at = strstr(log, "stack depth ");
	uint64_t deepest = U64_NONE;

	for (const char *l = log; (l = strstr(l, "\nsubprog ")); l++) {
		_cleanup_free_ char *line = xstrndup(l + 1, strcspn(l + 1, "\n"));

		deepest = larger(deepest, number_after(line, " stack "));
	}
	if (!at || deepest != U64_NONE)
		return deepest;
	at += strlen("stack depth ") - 1;
	do {
		char *end;

		deepest = larger(deepest, strtoull(at + 1, &end, 10));
		at = end;
	} while (*at == '+');
	return deepest;
}

void loadlog_figures(const char *log, struct loadlog_figures *out)
{
	uint64_t us = number_after(log, "verification time ");

	*out = (struct loadlog_figures){
		.states = number_after(log, "total_states "),
		.stack_bytes = deepest_frame(log),
		.verify_ns = us == U64_NONE ? U64_NONE : us * 1000,
	};
}
