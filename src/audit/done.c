/* See done.h. */
#include "audit/done.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

static int run_identity(char **out, const xy_audit *audit, xy_error *err) {
  char *real = realpath(audit->settings.directory, NULL);
  xy__text text = {0};
  xy__text_addf(&text, "run|%s|%s", real != NULL ? real : audit->settings.directory, audit->key);
  free(real);
  if (text.failed) return xy__fail_memory(err, "run");
  *out = text.data;
  return XY_OK;
}

static int digest_results(char digest[65], const xy_audit *audit, xy_error *err) {
  char *path = xy__path_join(audit->settings.directory, "results.json");
  if (path == NULL) return xy__fail_memory(err, "run");
  char *text;
  size_t bytes;
  int rc = xy__file_read(&text, &bytes, path, err);
  free(path);
  if (rc != XY_OK) return rc;
  xy__digest_of(digest, text, bytes);
  free(text);
  return XY_OK;
}

int xy__audit_done(bool *done, const xy_audit *audit, xy_error *err) {
  const char *const files[] = {"results.json", audit->kind->lines, "report.html", "tables/measures.csv"};
  *done = true;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *path = xy__path_join(audit->settings.directory, files[i]);
    *done = *done && path != NULL && xy__file_exists(path);
    free(path);
  }
  if (!*done) return XY_OK;
  char *identity = NULL;
  char written[65];
  char found[65];
  int rc = run_identity(&identity, audit, err);
  if (rc != XY_OK) return rc;
  bool known;
  rc = xy__store_get_digest(&known, written, audit->scoring.store, identity, err);
  free(identity);
  if (rc == XY_OK && known) rc = digest_results(found, audit, err);
  *done = rc == XY_OK && known && strcmp(written, found) == 0;
  return rc;
}

int xy__audit_remember(const xy_audit *audit, xy_error *err) {
  char *identity = NULL;
  char digest[65];
  int rc = run_identity(&identity, audit, err);
  if (rc != XY_OK) return rc;
  rc = digest_results(digest, audit, err);
  if (rc == XY_OK) rc = xy__store_put_digest(audit->scoring.store, identity, digest, err);
  free(identity);
  return rc;
}
