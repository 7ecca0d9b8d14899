/* Signals. Work that reports its progress is asked to stop: what is finished is kept, and a sentence says so. Other
 * work is ended, with a sentence and without what it had half-written. */
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t stop_asks, stop_asked, file_cut;
static uintptr_t page_bytes;

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { n_stopping = sizeof stopping / sizeof *stopping };

/* Work that looks after cli_stop_asked is asked once. Everything else, and work that was asked already, ends here: at
 * once, hence without what an end of the program otherwise does. */
static void on_stop(int number) {
  static const char message[] = "xylem: stopped; what was not finished is not left behind\n";
  (void)number;
  if (stop_asks != 0 && stop_asked == 0) {
    stop_asked = 1;
    return;
  }
  xy_files_abandon();
  (void)!write(STDERR_FILENO, message, sizeof message - 1);
  _exit(CLI_FAILED);
}

/* A mapped file that is cut short has no pages behind its new end, and reading one raises SIGBUS. It reads as zeros
 * from here on, so that the work comes to the place where the file is looked at again, which is refused by its name. */
static void on_missing_page(int number, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t page = (uintptr_t)info->si_addr & ~(page_bytes - 1);
  bool cut = info->si_code == BUS_ADRERR;
  if (cut && mmap((void *)page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
    file_cut = 1;
  } else {
    (void)signal(number, SIG_DFL); /* and the same again */
  }
}

/* SIGHUP that is ignored stays so: nohup. */
static void catch_stopping(void) {
  for (int i = 0; i < n_stopping; i++) {
    struct sigaction old;
    const struct sigaction action = {.sa_handler = on_stop};
    bool kept = sigaction(stopping[i], NULL, &old) != 0 || (stopping[i] == SIGHUP && old.sa_handler == SIG_IGN);
    if (!kept) (void)sigaction(stopping[i], &action, NULL);
  }
}

void cli_signals_start(void) {
  page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
  (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is then a failed write, which cli_close_output reports */
  (void)signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow further */
  const struct sigaction action = {.sa_sigaction = on_missing_page, .sa_flags = SA_SIGINFO};
  (void)sigaction(SIGBUS, &action, NULL);
  catch_stopping();
}

int cli_signals_end(int code) {
  if (file_cut == 0 || code != CLI_OK) return code;
  cli_message("a file was cut short while it was read: what was printed or written may be wrong");
  return CLI_FAILED;
}

void cli_stop_catch(void) { stop_asks = 1; }

void cli_stop_release(void) { stop_asks = 0; }

bool cli_stop_asked(void) { return stop_asked != 0; }
