/* How much a benchmark made from templates shares, on the agreed data: WinoQueer's shape and the GPT-NeoX tokenizer.
 * Other code made the expected counts.
 */
#include <stdio.h>
#include <string.h>

#include "bench/csv.h"
#include "engine/walk/forest.h"
#include "support.h"
#include "xylem.h"

enum { most = 100000 };

static void shared_beginnings_are_computed_once(void **state) {
  (void)state;
  static xy__sequence sequences[most];
  static size_t order[most];
  const char *tool = shared_path("tools/winoqueer_shaped.py");
  need_file(tool);
  char command[2048];
  snprintf(command, sizeof command, "python3 '%s' /dev/stdout", tool);
  FILE *rows = popen(command, "r");
  assert_non_null(rows);
  static char text[16 << 20];
  xy__source source = {.name = "winoqueer_shaped.py", .text = text, .bytes = fread(text, 1, sizeof text, rows)};
  assert_int_equal(pclose(rows), 0);
  xy_error err = {0};
  xy__csv csv = {0};
  assert_ok(xy__csv_read(&csv, &source, ',', false, &err), err);
  xy_tokenizer *tokenizer = NULL;
  assert_ok(xy_tokenizer_open(&tokenizer, shared_path("golden/tokenizers/gpt_neox/tokenizer.json"), &err), err);
  size_t n = 0;
  int64_t tokens = 0;
  for (size_t r = 1; r < csv.n; r++) {
    for (size_t column = 3; column <= 4; column++) { /* sent_x, sent_y */
      const char *sentence = xy__csv_field(&csv, &csv.rows[r], column);
      int32_t *ids = NULL;
      size_t count = 0;
      assert_true(n < most);
      assert_ok(xy_tokenizer_encode(&ids, &count, tokenizer, sentence, strlen(sentence), false, &err), err);
      sequences[n++] = (xy__sequence){.ids = ids, .n = (int32_t)count, .first = 1};
      tokens += (int64_t)count;
    }
  }
  xy__csv_dispose(&csv);
  xy__forest_order(order, sequences, n);
  xy__forest_scan scan = {.block = 256};
  for (size_t i = 0; i < n; i++) assert_ok(xy__forest_scan_add(&scan, &sequences[order[i]], &err), err);
  assert_int_equal(n, 91080);
  assert_int_equal(tokens, 1086780);
  assert_int_equal(scan.size.prefixes, 189270);
  assert_int_equal(scan.size.nodes, 143502);
  assert_true((double)tokens / (double)scan.size.nodes >= 7.5);
  xy__forest_scan_dispose(&scan);
  for (size_t i = 0; i < n; i++) free((int32_t *)(uintptr_t)sequences[i].ids);
  xy_tokenizer_free(tokenizer);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shared_beginnings_are_computed_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
