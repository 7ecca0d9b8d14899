/* What `xylem audit --plan` prints: the work, and what it costs. */
#include "cli.h"

/* What is not there yet; its shapes are those of config.json. */
static void print_download(const xy_plan *plan) {
  int64_t bytes = 0;
  size_t n = 0;
  for (size_t i = 0; i < plan->n_stages; i++) {
    bytes += plan->stages[i].download;
    n += plan->stages[i].download > 0;
  }
  if (n == 0) return;
  printf("to download    %s, the weights of %s, by config.json\n", cli_bytes(bytes),
         cli_count((int64_t)n, "stage", "stages"));
  for (size_t i = 0; i < plan->n_stages; i++) {
    if (plan->stages[i].get[0] != '\0') printf("  %s\n", plan->stages[i].get);
  }
}

void cli_print_plan(const xy_plan *plan) {
  static const cli_column columns[] = {{"STAGE", CLI_NAME},   {"REQUESTS", CLI_RIGHT}, {"STORED", CLI_RIGHT},
                                       {"NODES", CLI_RIGHT},  {"WALKS", CLI_RIGHT},    {"FLOP", CLI_RIGHT},
                                       {"MEMORY", CLI_RIGHT}, {"TIME", CLI_RIGHT}};
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  int64_t tokens = 0, nodes = 0, read = 0;
  for (size_t i = 0; i < plan->n_stages; i++) {
    const xy_plan_stage *s = &plan->stages[i];
    cli_table_cell(table, s->stage, NULL);
    cli_table_cell(table, cli_grouped(s->requests), NULL);
    cli_table_cell(table, cli_grouped(s->stored), NULL);
    cli_table_cell(table, cli_grouped(s->nodes), NULL);
    cli_table_cell(table, cli_grouped(s->walks), NULL);
    cli_table_cell(table, cli_scaled(s->flops), NULL);
    cli_table_cell(table, cli_bytes(s->memory), NULL);
    cli_table_cell(table, cli_time(s->seconds), NULL);
    tokens += s->tokens;
    nodes += s->nodes;
    read += s->weight_bytes * s->walks;
  }
  cli_table_print(table);
  printf("\nitems          %s", cli_grouped(plan->items));
  if (plan->controls > 0) printf(", and %s", cli_count(plan->controls, "control", "controls"));
  putchar('\n');
  if (nodes > 0) {
    printf("tokens         %s, %.1f for each node that is computed\n", cli_grouped(tokens),
           (double)tokens / (double)nodes);
  }
  printf("weights read   %s\n", cli_bytes(read));
  printf("memory         %s\n", cli_bytes(plan->memory));
  printf("disk           %s\n", cli_bytes(plan->disk));
  printf("time           about %s", cli_time(plan->seconds));
  printf(", of which statistics and report %s\n", cli_time(plan->measuring));
  print_download(plan);
}

static void int_member(const char *key, int64_t value) { printf("\"%s\": %lld, ", key, (long long)value); }

void cli_print_plan_json(const xy_plan *plan) {
  printf("{");
  int_member("items", plan->items);
  int_member("controls", plan->controls);
  int_member("memory", plan->memory);
  int_member("disk", plan->disk);
  fputs("\"seconds\": ", stdout);
  cli_put_double(stdout, plan->seconds);
  fputs(", \"measuring\": ", stdout);
  cli_put_double(stdout, plan->measuring);
  fputs(", \"stages\": [", stdout);
  for (size_t i = 0; i < plan->n_stages; i++) {
    const xy_plan_stage *s = &plan->stages[i];
    fputs(i > 0 ? ",\n {\"stage\": " : "\n {\"stage\": ", stdout);
    cli_put_json(stdout, s->stage);
    fputs(", ", stdout);
    int_member("requests", s->requests);
    int_member("stored", s->stored);
    int_member("tokens", s->tokens);
    int_member("nodes", s->nodes);
    int_member("walks", s->walks);
    int_member("memory", s->memory);
    int_member("weight_bytes", s->weight_bytes);
    int_member("download", s->download);
    fputs("\"flops\": ", stdout);
    cli_put_double(stdout, s->flops);
    fputs(", \"seconds\": ", stdout);
    cli_put_double(stdout, s->seconds);
    putchar('}');
  }
  puts("]}");
}
