/* See judges.h. */
#include "judge/judges.h"

/* A judge is added here, as a file of this room: docs/adding.md. */
extern const xy__judge_kind xy__judge_vader, xy__judge_refusal, xy__judge_pronouns, xy__judge_wordlist,
    xy__judge_hurtlex, xy__judge_import;
const xy__judge_kind *const xy__judge_kinds[] = {
    &xy__judge_vader,
    &xy__judge_refusal,
    &xy__judge_pronouns,
    &xy__judge_wordlist,
    &xy__judge_hurtlex,
    &xy__judge_import,
    NULL,
};
