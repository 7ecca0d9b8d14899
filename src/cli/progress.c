/* Progress on standard error: one line that is rewritten on a terminal; elsewhere a line whenever a new stage begins
 * and then at most one in ten seconds. Short work shows nothing. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static struct {
  bool quiet, terminal, drawn;
  double started, last;
  char stage[256];
} shown;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress_start(bool quiet) {
  memset(&shown, 0, sizeof shown);
  shown.quiet = quiet;
  shown.terminal = isatty(STDERR_FILENO);
  shown.started = now();
  cli_stop_catch();
}

static void draw(const xy_progress *p) {
  char layers[80] = "", left[64] = "";
  if (p->layers > 0) {
    snprintf(layers, sizeof layers, "  walk %lld/%lld  layer %lld/%lld", (long long)p->walk, (long long)p->walks,
             (long long)p->layer, (long long)p->layers);
  }
  if (p->seconds_left >= 0 && p->done < 1) snprintf(left, sizeof left, "  %s left", cli_time(p->seconds_left));
  char line[512];
  snprintf(line, sizeof line, "%3.0f%%  %s%s%s%s%s", 100 * p->done, p->stage, p->stage[0] != '\0' ? "  " : "", p->phase,
           layers, left);
  if (!shown.terminal) {
    cli_message("%s", line);
  } else {
    char *text = xy_visible_text(line, strlen(line));
    FILE *terminal = cli_raw(stderr);
    fprintf(terminal, "\r\033[K%.*s", cli_width(stderr) - 1, text != NULL ? text : "");
    fflush(terminal);
    xy_free(text);
    shown.drawn = true;
  }
}

int cli_progress(const xy_progress *p, void *unused) {
  (void)unused;
  if (cli_stop_asked()) return 1;
  if (shown.quiet) return 0;
  double time = now();
  bool new_stage = strncmp(shown.stage, p->stage, sizeof shown.stage - 1) != 0;
  double pause = shown.terminal ? 0.1 : new_stage ? 0 : 10;
  bool soon = time - shown.started < (shown.terminal ? 0.5 : 2);
  if (soon || time - shown.last < pause) return 0;
  shown.last = time;
  snprintf(shown.stage, sizeof shown.stage, "%s", p->stage);
  draw(p);
  return 0;
}

void cli_progress_clear(void) {
  if (shown.drawn) fputs("\r\033[K", cli_raw(stderr));
  shown.drawn = false;
}

void cli_progress_end(void) {
  cli_progress_clear();
  cli_stop_release();
}
