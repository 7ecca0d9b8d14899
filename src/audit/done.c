/* See done.h. */
#include "audit/done.h"

#include <stdlib.h>
#include <string.h>

#include "audit/differences.h"
#include "audit/facts.h"
#include "base/file.h"
#include "base/json.h"
#include "report/directory.h"

/* results.json of the run directory; NULL where there is none, or what is there is none. Caller releases. */
static json_t *held_results(const xy_audit *audit) {
  char *path = xy__path_join(audit->settings.directory, "results.json");
  json_t *held = NULL;
  if (path == NULL || !xy__file_exists(path) || xy__json_load(&held, path, NULL) != XY_OK) held = NULL;
  free(path);
  if (*xy__json_text(json_object_get(held, "run"), "key") != '\0') return held;
  json_decref(held);
  return NULL;
}

static int refuse(const xy_audit *audit, const xy__text *differences, xy_error *err) {
  int rc = xy__fail(err, XY_ERR_ARGUMENT, "%s holds the results of another audit: %s", audit->settings.directory,
                    differences->data);
  return xy__hint(err, rc, "--name NAME keeps both; --replace writes this one over it");
}

static int check_held(bool *done, const xy_audit *audit, const json_t *held, xy_error *err) {
  const char *key = xy__json_text(json_object_get(held, "run"), "key");
  if (strcmp(key, audit->key) == 0) {
    *done = xy__directory_whole(audit->settings.directory);
    return XY_OK;
  }
  if (audit->settings.replace) return XY_OK;
  json_t *own = NULL;
  xy__text differences = {0};
  int rc = xy__audit_facts(&own, audit, err);
  if (rc == XY_OK) rc = xy__facts_differ(&differences, held, own, err);
  if (rc == XY_OK && differences.size > 0) rc = refuse(audit, &differences, err);
  xy__text_dispose(&differences);
  json_decref(own);
  return rc;
}

int xy__audit_done(bool *done, const xy_audit *audit, xy_error *err) {
  *done = false;
  json_t *held = held_results(audit);
  int rc = held != NULL ? check_held(done, audit, held, err) : XY_OK;
  json_decref(held);
  return rc;
}
