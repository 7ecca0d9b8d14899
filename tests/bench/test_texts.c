/* What would be measured in place of meaning: a space, an invisible character, a full stop on one side of a pair. Each
 * kind is left out with its line, or noted; one bad row costs that row, and strict reading refuses the file. */
#include "base/text.h"
#include "files.h"
#include "opened.h"

#define WQ ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n"
#define GOOD "0,T,C,Tea sings.,Cup sings.\n"

static xy_bench *open_text(const char *ending, const char *text, const xy_bench_options *how) {
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, made_file(ending, text), how, &err), err);
  return bench;
}

/* A file of a good row and the row of two texts. */
static xy_bench *open_pair(const char *target, const char *other) {
  xy__text text = {0};
  xy__text_addf(&text, WQ GOOD "1,T,C,\"%s\",\"%s\"\n", target, other);
  xy_bench *bench = open_text(".csv", text.data, NULL);
  xy__text_dispose(&text);
  return bench;
}

static void leaves_out_what_one_side_has_alone(void **state) {
  (void)state;
  static const struct {
    const char *target, *other, *why;
  } rows[] = {
      {"Tea hums. ", "Cup hums.", "white space at the end of sent_x alone"},
      {"Tea hums.", " Cup hums.", "white space at the start of sent_y alone"},
      {"Tea hums.", "Cup hums.\xE2\x80\xAF", "white space at the end of sent_y alone (U+202F)"},
      {"\xE2\x80\x8BTea hums.", "Cup hums.", "white space at the start of sent_x alone (U+200B)"},
      {"\xE2\x80\x8FTea hums.", "Cup hums.", "white space at the start of sent_x alone (U+200F)"},
      {"Tea\xE2\x80\x8B hums.", "Cup hums.", "an invisible character in sent_x alone (U+200B)"},
      {"Tea hums.", "Cup\xC2\xA0hums.", "an invisible character in sent_y alone (U+00A0)"},
      {"Te\xC2\xAD"
       "a hums.",
       "Cup hums.", "an invisible character in sent_x alone (U+00AD)"},
      {"Tea hums.", "Cup \xEF\xBB\xBFhums.", "an invisible character in sent_y alone (U+FEFF)"},
      {"Tea\xC2\xA0hums\xC2\xA0on.", "Cup hums\xC2\xA0on.", "an invisible character in sent_x alone (U+00A0)"},
      {"T\xCD\x8F"
       "ea hums.",
       "Cup hums.", "an invisible character in sent_x alone (U+034F)"},
      {"Tea hums.", "Cup\xF3\xA0\x81\xA1 hums.", "an invisible character in sent_y alone (U+E0061)"},
      {"Te\xE2\x80\x8D"
       "a hums.",
       "Cup hums.", "an invisible character in sent_x alone (U+200D)"},
      {"Tea hums.", "Cu\xEF\xB8\x8Fp hums.", "an invisible character in sent_y alone (U+FE0F)"},
      {"Tea\thums.", "Cup hums.", "an invisible character in sent_x alone (U+0009)"},
      {"Tea hums", "Cup hums.", "end punctuation in sent_y alone"},
      {"They say \"\"tea hums.\"\"", "They say \"\"cups hum\"\"", "end punctuation in sent_x alone"},
      {"茶が歌う。", "杯が歌う", "end punctuation in sent_x alone"},
      {"{identity} hums.", "Cup hums.", "an unfilled placeholder in sent_x alone"},
      {"Tea hums.", "[MASK] hums.", "an unfilled placeholder in sent_y alone"},
      {"Tea hums at ___.", "Cup hums at noon.", "an unfilled placeholder in sent_x alone"},
      {"Tea hums \xEF\xBF\xBD.", "Cup hums.", "U+FFFD in sent_x alone"},
      {"Teaâ€™s humming.", "Cup's humming.", "mojibake in sent_x alone"},
      {"MatÃ© hums.", "Cup hums.", "mojibake in sent_x alone"},
      {"Mate\xCC\x81 hums.", "Caf\xC3\xA9 hums.", "letters written as letter and mark (NFD) in sent_x alone"},
      {"Mat\xC3\xA9 hums.", "Cafe\xCC\x81 hums.", "letters written as letter and mark (NFD) in sent_y alone"},
      {"nan", "Cup hums.", "sent_x is 'nan', a missing value"},
      {"Tea hums.", "NaN", "sent_y is 'NaN', a missing value"},
      {"None", "Cup hums.", "sent_x is 'None', a missing value"},
      {"\xE2\x80\x8B", "Cup hums.", "sent_x is empty"},
      {"Tea hums.", " \xC2\xA0", "sent_y is empty"},
      {"Tea hums.", "Tea hums.", "sent_x and sent_y are the same"},
      {" Tea hums.", "Tea hums. ", "sent_x and sent_y are the same"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char note[256];
    xy_bench *bench = open_pair(rows[i].target, rows[i].other);
    snprintf(note, sizeof note, "1 of 2 rows left out: %s (line 3)", rows[i].why);
    assert_note(bench, note);
    assert_int_equal(bench->n, 1);
    assert_int_equal(bench->rows, 2);
    assert_int_equal(bench->left_out, 1);
    xy_bench_free(bench);
  }
}

static void notes_what_both_sides_have(void **state) {
  (void)state;
  static const struct {
    const char *target, *other, *note, *kept; /* kept: the target as it is measured */
  } rows[] = {
      {"Tea hums. ", "Cup hums.  ", "at the end of every side, cut off", "Tea hums."},
      {"\xC2\xA0Tea hums.", " Cup hums.", "at the start of every side, cut off", "Tea hums."},
      {"Tea\xC2\xA0hums.", "Cup\xC2\xA0hums.", "invisible characters or unusual white space inside",
       "Tea\xC2\xA0hums."},
      {"Tea hums at {place}.", "Cup hums at {place}.", "unfilled placeholders", "Tea hums at {place}."},
      {"Tea \xEF\xBF\xBD hums.", "Cup \xEF\xBF\xBD hums.", "characters that were lost before (U+FFFD)", NULL},
      {"Tea Ã© hums.", "Cup Ã© hums.", "mojibake: UTF-8 that was read as another encoding", NULL},
      {"Mate\xCC\x81 hums.", "Cafe\xCC\x81 hums.", "letters written as letter and mark (NFD)", NULL},
      {"Mate\xCC\x81 hums.", "Cup hums.", "letters written as letter and mark (NFD) in sent_x alone, kept", NULL},
      {"Tea  hums.", "Cup hums.", "doubled white space in sent_x alone, kept", "Tea  hums."},
      {"Tea sings.", "Cup sings.", "the same texts as in an earlier row, kept", "Tea sings."},
      {"Cup sings.", "Tea sings.", "the same texts as in an earlier row, the other way round, kept", "Cup sings."},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char note[256];
    xy_bench *bench = open_pair(rows[i].target, rows[i].other);
    snprintf(note, sizeof note, "%s (line 3)", rows[i].note);
    assert_note(bench, note);
    assert_int_equal(bench->n, 2);
    assert_int_equal(bench->left_out, 0);
    if (rows[i].kept != NULL) assert_string_equal(bench->items[1].options[0].text, rows[i].kept);
    xy_bench_free(bench);
  }
}

/* What is written so in good faith: real words, marks of other scripts, and quotation marks after a full stop. */
static void says_nothing_of_good_rows(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"Âge et thé !", "Âge et café !"},
      {"Tea (really) hums.", "Cup (really) hums."},
      {"He said \"\"no.\"\"", "She said no."},
      {"It costs 5 % of [a] cup.", "It costs 5 % of [a] pot."},
      {"\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1\xD9\x88\xD8\xAF.", "\xD9\x85\xDB\x8C\xD8\xB1\xD9\x88\xD8\xAF."},
      {"„Orð“ er gott.", "„Mál“ er gott."},
      {"Nan sings.", "None of them sings."},
      {"Mat\xC3\xA9 hums.", "Cup hums."},
      {"\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xB7\xE0\xA4\xBC\xE0\xA4\xBE.", "\xE0\xA4\x95\xE0\xA4\xBE."},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    xy_bench *bench = open_pair(rows[i][0], rows[i][1]);
    if (bench->notes.n > 0) fail_msg("%s: %s", rows[i][0], bench->notes.names[0]);
    assert_int_equal(bench->n, 2);
    xy_bench_free(bench);
  }
}

/* As published where that is asked for, by name or by option: noted, not cut, and no fault of strict reading. */
static void keeps_uneven_rows_where_asked(void **state) {
  (void)state;
  static const char rows[] =
      WQ GOOD "1,T,C,Tea hums,Cup hums.\n2,T,C, Tea nods.,Cup nods.\n3,T,C, Tea sits., Cup sits.\n4,T,C,Tea,nan\n";
  xy_bench *bench = open_text(".csv", rows, &(xy_bench_options){.uneven = "keep"});
  assert_int_equal(bench->n, 4);
  assert_int_equal(bench->left_out, 1);
  assert_string_equal(bench->items[2].options[0].text, " Tea nods.");
  assert_string_equal(bench->items[3].options[0].text, "Tea sits.");
  assert_note(bench, "1 of 5 rows: end punctuation in sent_y alone, kept (line 3)");
  assert_note(bench, "1 of 5 rows: white space at the start of sent_x alone, kept (line 4)");
  assert_note(bench, "1 of 5 rows left out: sent_y is 'nan', a missing value (line 6)");
  xy_bench_free(bench);
  char name[256];
  xy_error err;
  snprintf(name, sizeof name, "%s,uneven=keep", made_file(".csv", WQ GOOD "1,T,C,Tea hums,Cup hums.\n"));
  const xy_bench_options strict = {.strict = true};
  assert_ok(xy_bench_open(&bench, name, &strict, &err), err);
  assert_int_equal(bench->n, 2);
  xy_bench_free(bench);
  snprintf(name, sizeof name, "%s,uneven=drop", made_path);
  assert_fails(xy_bench_open(&bench, name, NULL, &err), XY_ERR_ARGUMENT, err, "expected leave-out or keep");
}

static void counts_bad_rows_by_reason(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, WQ);
  for (int i = 0; i < 30; i++) xy__text_addf(&text, "%d,T,C,Tea %d sings.,Cup %d sings%s\n", i, i, i, i % 2 ? "." : "");
  xy__text_add(&text, "30,,C,Tea hums.,Cup hums.\n31,T,C,Tea hums.\n");
  xy_bench *bench = open_text(".csv", text.data, NULL);
  assert_int_equal(bench->rows, 32);
  assert_int_equal(bench->left_out, 17);
  assert_int_equal(bench->n, 15);
  assert_note(bench,
              "15 of 32 rows left out: end punctuation in sent_x alone (lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, …)");
  assert_note(bench, "1 of 32 rows left out: Gender_ID_x is empty (line 32)");
  assert_note(bench, "1 of 32 rows left out: expected 5 fields, found 4 (line 33)");
  xy_bench_free(bench);
  xy_error err;
  const xy_bench_options strict = {.strict = true};
  assert_fails(xy_bench_open(&bench, made_file(".csv", text.data), &strict, &err), XY_ERR_FORMAT, err,
               ":2: end punctuation in sent_x alone");
  assert_non_null(strstr(err.hint, "without --strict"));
  xy__text_dispose(&text);
  /* a file of which nothing is left is refused in either */
  assert_fails(xy_bench_open(&bench, made_file(".csv", WQ "0,T,C,Tea sings.,\n"), NULL, &err), XY_ERR_FORMAT, err,
               ":2: sent_y is empty");
}

/* Rows that are each wrong in a way of their own: past forty ways the others are counted together. */
static void counts_many_reasons_together(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, WQ GOOD);
  for (int i = 1; i <= 50; i++) {
    xy__text_addf(&text, "%d,T,C,Tea hums.,Cup hums.", i);
    for (int more = 0; more < i; more++) xy__text_add(&text, ",x");
    xy__text_add(&text, "\n");
  }
  xy_bench *bench = open_text(".csv", text.data, NULL);
  assert_int_equal(bench->left_out, 50);
  assert_int_equal(bench->notes.n, 41);
  assert_note(bench, "1 of 51 rows left out: expected 5 fields, found 45 (line 42)");
  assert_note(bench, "10 of 51 rows left out: other reasons (lines 43, 44, 45, 46, 47, 48, 49, 50, 51, 52)");
  xy_bench_free(bench);
  xy__text_dispose(&text);
}

static void reads_files_without_row_numbers(void **state) {
  (void)state;
  xy_bench *bench =
      open_text(".csv", "sent_x,sent_y,Gender_ID_x,Gender_ID_y,more\nThee zingt.,Kop zingt.,T,C,x\n", NULL);
  assert_string_equal(bench->items[0].id, "row/1");
  assert_string_equal(bench->language, "");
  assert_note(bench, "the language of the texts is not known");
  xy_bench_free(bench);
  bench = open_text(".csv", "sent_x,sent_y,Gender_ID_x,Gender_ID_y\nThee zingt.,Kop zingt.,T,C\n",
                    &(xy_bench_options){.language = "nl"});
  assert_string_equal(bench->language, "nl");
  assert_int_equal(bench->notes.n, 0);
  xy_bench_free(bench);
  /* numbers that repeat, as in files that were joined, tell no rows apart */
  bench = open_text(".csv", WQ GOOD "0,T,C,Tea hums.,Cup hums.\n", NULL);
  assert_int_equal(bench->n, 2);
  assert_string_equal(bench->items[1].id, "row/2");
  assert_note(bench, "rows are numbered by their place");
  xy_bench_free(bench);
}

/* Columns as published, texts in another language. */
static void does_not_take_translations_for_english(void **state) {
  (void)state;
  xy__text text = {0};
  for (int english = 0; english < 2; english++) {
    xy__text_clear(&text);
    xy__text_add(&text, WQ);
    for (int i = 0; i < 50; i++) {
      xy__text_addf(&text,
                    english ? "%d,T,C,The tea of day %d sings.,The cup of day %d sings.\n"
                            : "%d,T,C,De thee van dag %d zingt.,De kop van dag %d zingt.\n",
                    i, i, i);
    }
    xy_bench *bench = open_text(".csv", text.data, NULL);
    assert_string_equal(bench->language, english ? "en" : "");
    assert_int_equal(has_note(bench, "the language of the texts is not known"), !english);
    xy_bench_free(bench);
  }
  xy__text_dispose(&text);
}

static void tells_repeated_columns(void **state) {
  (void)state;
  refuses(".csv", NULL, "sent_x,sent_y,Gender_ID_x,Gender_ID_y,sent_x\nTea sings.,Cup sings.,T,C,x\n", XY_ERR_FORMAT, 1,
          "two columns are called 'sent_x' (the 1. and the 5.)");
  xy_bench *bench =
      open_text(".csv", ",Gender_ID_x,Gender_ID_y,sent_x,sent_y,n,n\n0,T,C,Tea sings.,Cup sings.,1,2\n", NULL);
  assert_note(bench, "two columns are called 'n', which is not read");
  xy_bench_free(bench);
}

static void trims_labels(void **state) {
  (void)state;
  xy_bench *bench = open_text(".csv", WQ GOOD "1,T ,C,Tea hums.,Cup hums.\n2,nan,C,Tea rests.,Cup rests.\n", NULL);
  assert_int_equal(bench->identities.n, 1);
  assert_note(bench, "1 of 3 rows: white space or invisible characters at the ends of Gender_ID_x, cut off (line 3)");
  assert_note(bench, "1 of 3 rows left out: Gender_ID_x is 'nan', a missing value (line 4)");
  xy_bench_free(bench);
}

/* A quote that stands wrong costs its line, not the file. */
static void leaves_out_rows_with_stray_quotes(void **state) {
  (void)state;
  xy_bench *bench = open_text(".csv",
                              WQ GOOD
                              "1,T,C,Tea \"hums\".,Cup hums.\n2,T,C,\"Tea\" rests.,Cup rests.\r\n"
                              "3,T,C,\"Tea, the tea\",\"Cup, the cup\"\n4,T,C,,Cup.\n",
                              NULL);
  assert_int_equal(bench->rows, 5);
  assert_int_equal(bench->n, 2);
  assert_string_equal(bench->items[1].options[0].text, "Tea, the tea");
  assert_note(bench,
              "2 of 5 rows left out: a quote inside a field (fields with quotes are quoted, and quotes in them "
              "doubled) (lines 3, 4)");
  assert_note(bench, "sent_x is empty (line 6)");
  xy_bench_free(bench);
  /* over several lines, of which the last has the quote */
  bench = open_text(".csv", WQ GOOD "1,T,C,\"Tea\nand\ntea\" hums.,Cup hums.\n2,T,C,,Cup rests.\n", NULL);
  assert_note(bench, "doubled) (line 3)");
  assert_note(bench, "sent_x is empty (line 6)");
  xy_bench_free(bench);
}

/* Kind, themes and language stand around the file's name, in any order behind it; the source is told with all of them,
 * so that it opens the same again. */
static void takes_a_name_apart(void **state) {
  (void)state;
  char name[256];
  xy_bench *bench;
  xy_error err;
  snprintf(name, sizeof name, "winoqueer=%s,language=nl,themes=winoqueer", made_file(".csv", WQ GOOD));
  assert_ok(xy_bench_open(&bench, name, NULL, &err), err);
  assert_string_equal(bench->language, "nl");
  xy_bench *again;
  assert_ok(xy_bench_open(&again, bench->source, NULL, &err), err);
  assert_string_equal(again->source, bench->source);
  assert_string_equal(again->language, "nl");
  xy_bench_free(again);
  xy_bench_free(bench);
  snprintf(name, sizeof name, "bbq=%s", made_path);
  assert_fails(xy_bench_open(&bench, name, NULL, &err), XY_ERR_FORMAT, err, ":1: not valid JSON");
}

/* RedditBias as published: every row is an item or is counted, in either half. */
static void reads_redditbias_as_published(void **state) {
  (void)state;
  static const struct {
    const char *name;
    size_t rows, left_out;
  } files[] = {{"gender_female", 253, 0},        {"gender_male", 253, 0},          {"orientation_lgbtq", 235, 0},
               {"orientation_straight", 235, 0}, {"race_black", 254, 0},           {"race_white", 254, 0},
               {"religion1_jews", 238, 0},       {"religion1_christians", 238, 0}, {"religion2_muslims", 236, 1},
               {"religion2_christians", 236, 1}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[256];
    snprintf(path, sizeof path, "data/published/redditbias/reddit_comments_%s_biased_test_reduced.csv", files[i].name);
    need_file(shared_path(path));
    xy_bench *bench;
    xy_error err;
    assert_ok(xy_bench_open(&bench, shared_path(path), NULL, &err), err);
    assert_int_equal(bench->rows, files[i].rows);
    assert_int_equal(bench->left_out, files[i].left_out);
    assert_int_equal(bench->n, files[i].rows - files[i].left_out);
    assert_string_equal(bench->language, "en");
    for (size_t k = 0; k < bench->identities.n; k++) {
      assert_null(strpbrk(bench->identities.names[k], "'[]")); /* a list is no label */
    }
    xy_bench_free(bench);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(leaves_out_what_one_side_has_alone),
      cmocka_unit_test(notes_what_both_sides_have),
      cmocka_unit_test(says_nothing_of_good_rows),
      cmocka_unit_test(keeps_uneven_rows_where_asked),
      cmocka_unit_test(counts_bad_rows_by_reason),
      cmocka_unit_test(counts_many_reasons_together),
      cmocka_unit_test(reads_files_without_row_numbers),
      cmocka_unit_test(does_not_take_translations_for_english),
      cmocka_unit_test(tells_repeated_columns),
      cmocka_unit_test(trims_labels),
      cmocka_unit_test(leaves_out_rows_with_stray_quotes),
      cmocka_unit_test(takes_a_name_apart),
      cmocka_unit_test(reads_redditbias_as_published),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
