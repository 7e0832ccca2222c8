/* SPDX-License-Identifier: GPL-2.0-only */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scheduler_spec.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *words; /* joined by "|"; NULL: refused */
} lines[] = {
	{ "", "" },
	{ "  \t ", "" },
	{ "./scx_simple -v", "./scx_simple|-v" },
	{ "a  b\tc ", "a|b|c" },
	{ "a 'b c' d", "a|b c|d" },
	{ "a \"b c\"d", "a|b cd" },
	{ "a ''", "a|" },
	{ "a\\ b", "a b" },
	{ "'a\\b'", "a\\b" },
	{ "\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d" },
	{ "$HOME *.c a|b >c", "$HOME|*.c|a|b|>c" },
	{ "a 'b", NULL },
	{ "a \"b", NULL },
	{ "a \\", NULL },
};

TEST_ROWS(words_are_split_as_a_shell_would, lines)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	_cleanup_free_ char *joined = NULL;
	struct err err = ERR_INIT;

	if (!row->words) {
		ASSERT_ERR(parse_words(row->label, "exec:", &words, &err), ERR_USAGE, "exec:");
		ck_assert_uint_eq(words.n, 0);
		return;
	}
	ASSERT_OK(parse_words(row->label, "exec:", &words, &err));
	joined = strv_join(&words, "|");
	ck_assert_str_eq(joined, row->words);
}

TEST_ROWS(a_quoted_word_is_one_word, lines)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	_cleanup_free_ char *quoted = format_word(row->label);
	struct err err = ERR_INIT;

	ASSERT_OK(parse_words(quoted, "word", &words, &err));
	ck_assert_uint_eq(words.n, 1);
	ck_assert_str_eq(words.v[0], row->label);
}

/* Writes a file of `n` bytes; the caller frees its path. */
static char *a_file(const char *name, const void *data, size_t n, mode_t mode)
{
	_cleanup_free_ char *dir = test_tmpdir();
	char *path = fs_join(dir, name);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, data, n, mode, &err));
	return path;
}

static char *an_elf(const char *name, int type, int machine)
{
	Elf64_Ehdr eh = { .e_type = (Elf64_Half)type, .e_machine = (Elf64_Half)machine };

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	return a_file(name, &eh, sizeof(eh), 0755);
}

static const struct {
	const char *label;
	int type, machine;
	enum scheduler_kind kind; /* SCHEDULER_KERNEL: refused */
} files[] = {
	{ "static program", ET_EXEC, EM_X86_64, SCHEDULER_EXECUTABLE },
	{ "program", ET_DYN, EM_X86_64, SCHEDULER_EXECUTABLE },
	{ "object", ET_REL, EM_BPF, SCHEDULER_OBJECT },
	{ "object of another machine", ET_REL, EM_X86_64, SCHEDULER_KERNEL },
};

TEST_ROWS(a_file_is_what_its_header_says, files)
{
	_cleanup_free_ char *path = an_elf("x.bpf.o", row->type, row->machine);
	struct scheduler_spec s = { 0 };
	struct err err = ERR_INIT;

	if (row->kind == SCHEDULER_KERNEL) {
		ASSERT_ERR(scheduler_spec_resolve(path, &s, &err), ERR_FORMAT, "clang -target bpf");
		return;
	}
	ASSERT_OK(scheduler_spec_resolve(path, &s, &err));
	ck_assert_int_eq(s.kind, row->kind);
	ck_assert_str_eq(s.name, "x");
	ck_assert_uint_eq(strlen(s.sha256), 64);
	ck_assert_int_eq(s.object != NULL, row->kind == SCHEDULER_OBJECT);
	ck_assert_uint_eq(s.argv.n, row->kind == SCHEDULER_EXECUTABLE);
	scheduler_spec_done(&s);
}

TEST(exec_takes_arguments_and_scripts)
{
	_cleanup_free_ char *path = a_file("sched.sh", "#!/bin/sh\n", 10, 0755);
	_cleanup_free_ char *spec = xasprintf("exec:%s -s 'a b'", path);
	_cleanup_free_ char *joined = NULL, *want = xasprintf("%s|-s|a b", path);
	struct scheduler_spec s = { 0 };
	struct err err = ERR_INIT;

	ASSERT_OK(scheduler_spec_resolve(spec, &s, &err));
	joined = strv_join(&s.argv, "|");
	ck_assert_str_eq(joined, want);
	ck_assert_str_eq(s.name, "sched.sh");
	ck_assert_str_eq(s.spec, spec);
	scheduler_spec_done(&s);
}

TEST(exec_refuses_what_is_no_program)
{
	_cleanup_free_ char *object = an_elf("x.bpf.o", ET_REL, EM_BPF);
	_cleanup_free_ char *of_object = xasprintf("exec:%s", object);
	_cleanup_free_ char *text = a_file("text.sh", "echo\n", 5, 0755);
	_cleanup_free_ char *plain = a_file("plain.sh", "#!/bin/sh\n", 10, 0644);
	struct scheduler_spec s = { 0 };
	struct err err = ERR_INIT;

	ASSERT_ERR(scheduler_spec_resolve("exec:", &s, &err), ERR_USAGE, "names no program");
	ASSERT_ERR(scheduler_spec_resolve("exec:'x", &s, &err), ERR_USAGE, "without its end");
	ASSERT_ERR(scheduler_spec_resolve("exec:no-such-program-there -v", &s, &err), ERR_NOT_FOUND,
	           "no-such-program-there");
	ASSERT_ERR(scheduler_spec_resolve(of_object, &s, &err), ERR_USAGE, "leave out exec:");
	ASSERT_ERR(scheduler_spec_resolve(text, &s, &err), ERR_FORMAT, "no #!");
	/* root may read it, but nobody may execute it */
	ASSERT_ERR(scheduler_spec_resolve(plain, &s, &err), ERR_SYSTEM, "cannot be executed");
}
