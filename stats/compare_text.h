/* SPDX-License-Identifier: GPL-2.0-only */
/* The texts of a comparison that pages, tables and reports share. All are freed by the caller. */
#ifndef STATS_COMPARE_TEXT_H
#define STATS_COMPARE_TEXT_H

#include "base/term.h"
#include "stats/compare.h"

/* "12.5 ms"; a larger value has fewer decimals. */
char *text_value(double v, const char *unit);
/* The parts of the key that labels need so that the tests can be told apart. */
unsigned int text_label_parts(const struct join *j);
/* "cgroup_pipe/vtime" */
char *text_label(const struct pair *p, unsigned int parts);
/* "10/10 → 9/10 pass", "pass → fail" */
char *text_outcomes(const struct compared *t);
/* "pass", "9/10 pass, 1 skip", "-" */
char *text_tally(const struct tally *t);
/* The medians, "12.5 → 18.2 ms"; `brief`: "12.3k" for 12345. */
char *text_medians(const struct finding *f, bool brief);
/* "+48 % [+31, +74]", "+3 points [-1, +7]"; "" if there is nothing to compare. */
char *text_change(const struct finding *f);
/* "WORSE", "better", "undecided"; of a detail "" or "moved". */
char *text_word(const struct judgement *j, bool detail);
/* What the word needs to be understood: "about 24 runs a side would decide"; or "". */
char *text_note(const struct judgement *j);
/* The same for a finding of a test: also what does not match. */
char *text_finding_note(const struct compared *t, const struct finding *f);
enum term_color text_color(const struct judgement *j, bool detail);
/* The first cause of a side's results that did not pass, or "". Borrowed. */
const char *text_cause(const struct rows *rows);

#endif
