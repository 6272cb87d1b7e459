/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-log.h"

#include <stdio.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * mmdebstrap goes through the same stages each time and announces them with lines that begin in a
 * known way. Each stage is a child of the progress with a measured share; within a stage, bytes or
 * steps are counted if lines report them. A stage ends when a later one begins, so a line that
 * another version words differently only makes progress less smooth. */

#define TAIL_LINES 10
#define LINE_MAX_LENGTH 300

typedef enum { COUNT_NOTHING, COUNT_BYTES, COUNT_STEPS } Counting;

static const struct {
  const char *marker; /* the beginning of the line that begins the stage */
  gboolean
    only_in_turn; /* the marker appears elsewhere too: only counts after the previous stage */
  VzProgressPhase phase;
  guint units; /* approximately its seconds, of VZ_COMPOSE_LOG_UNITS */
  Counting counting;
} stages[] = {
  { "vz-phase: packages", FALSE, VZ_PROGRESS_PHASE_UPDATE, 6, COUNT_NOTHING },
  { "I: downloading packages", FALSE, VZ_PROGRESS_PHASE_DOWNLOAD, 4, COUNT_BYTES },
  { "I: extracting archives", FALSE, VZ_PROGRESS_PHASE_UNPACK, 18, COUNT_NOTHING },
  { "I: installing essential packages", FALSE, VZ_PROGRESS_PHASE_CONFIGURE, 7, COUNT_STEPS },
  { "I: installing remaining packages", FALSE, VZ_PROGRESS_PHASE_DOWNLOAD, 8, COUNT_BYTES },
  { "Fetched ", TRUE, VZ_PROGRESS_PHASE_CONFIGURE, 38, COUNT_STEPS },
  { "I: running --customize-hook", FALSE, VZ_PROGRESS_PHASE_CONFIGURE, 5, COUNT_NOTHING },
  { "vz-phase: pack", FALSE, VZ_PROGRESS_PHASE_PACK, 4, COUNT_NOTHING },
};

/* The recipe's own messages about failures. */
#define VZ_FAILED "vz-failed: "

/* Why a run failed: the first row with a line that contains the text. */
static const struct {
  const char *text;
  VzError code;
  const char *reason; /* NULL: the line itself */
} reasons[] = {
  { VZ_FAILED, VZ_ERROR_INTERNAL, NULL },
  { "No space left on device", VZ_ERROR_OUT_OF_DISK_SPACE, "the disk is full" },
  { "Disk quota exceeded", VZ_ERROR_OUT_OF_DISK_SPACE, "the disk quota is used up" },
  { "Unable to locate package", VZ_ERROR_NOT_FOUND, "the archive has no such package" },
  { "has no installation candidate", VZ_ERROR_NOT_FOUND, "the archive has no such package" },
  { "NO_PUBKEY", VZ_ERROR_DIGEST_MISMATCH,
    "the archive's signature is not by a key in the keyring" },
  { "BADSIG", VZ_ERROR_DIGEST_MISMATCH, "the archive's signature is wrong" },
  { "is not signed", VZ_ERROR_DIGEST_MISMATCH, "the archive is not signed" },
  { "invalid signature", VZ_ERROR_DIGEST_MISMATCH, "the archive's signature is wrong" },
  { "couldn't be verified", VZ_ERROR_DIGEST_MISMATCH,
    "the archive's signature cannot be verified" },
  { "Clearsigned file isn't valid", VZ_ERROR_DIGEST_MISMATCH, "the archive's signature is wrong" },
  { "Hash Sum mismatch", VZ_ERROR_DIGEST_MISMATCH,
    "a file of the archive does not match its digest" },
  { "unmet dependencies", VZ_ERROR_INVALID_ARGUMENT, "the packages conflict with each other" },
  { "unshare: ", VZ_ERROR_NOT_SUPPORTED, "namespaces cannot be created here" },
  { "Could not resolve", VZ_ERROR_NETWORK_ERROR, "the archive cannot be reached" },
  { "Temporary failure resolving", VZ_ERROR_NETWORK_ERROR, "the archive cannot be reached" },
  { "Could not connect", VZ_ERROR_NETWORK_ERROR, "the archive cannot be reached" },
  { "Failed to fetch", VZ_ERROR_NETWORK_ERROR, "a file of the archive could not be fetched" },
};

struct _VzComposeLog {
  VzProgress *progress; /* owned, may be NULL */
  VzProgress *child; /* owned: of the stage; NULL without progress */
  int stage; /* -1 before the first */
  guint64 total; /* of the stage, 0: unknown */
  guint64 done;
  guint64 steps_ahead; /* announced by apt for the stage after the download */

  GQueue tail; /* owned lines */
  gssize reason; /* row of reasons[], -1: none yet */
  char *reason_line; /* owned */
};

VzComposeLog *
vz_compose_log_new (VzProgress *progress)
{
  VzComposeLog *self = g_new0 (VzComposeLog, 1);

  self->progress = progress != NULL ? g_object_ref (progress) : NULL;
  self->stage = -1;
  self->reason = -1;
  g_queue_init (&self->tail);
  return self;
}

void
vz_compose_log_free (VzComposeLog *self)
{
  g_clear_object (&self->child);
  g_clear_object (&self->progress);
  g_queue_clear_full (&self->tail, g_free);
  g_free (self->reason_line);
  g_free (self);
}

guint64
vz_compose_log_parse_size (const char *text)
{
  static const struct {
    const char *unit;
    double bytes;
  } units[] = { { "B", 1 }, { "kB", 1e3 }, { "MB", 1e6 }, { "GB", 1e9 } };
  char *end;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != ' ' || !(value >= 0 && value < 1e9))
    return 0;
  end++;
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_prefix (end, units[i].unit))
      return (guint64) (value * units[i].bytes);
  return 0;
}

static void
set_total (VzComposeLog *self, guint64 total)
{
  self->total = total;
  if (self->child != NULL)
    vz_progress_set_total (self->child, total);
}

static void
add_done (VzComposeLog *self, guint64 units)
{
  if (self->total == 0)
    return;
  self->done = MIN (self->done + units, self->total);
  if (self->child != NULL)
    vz_progress_set_completed (self->child, self->done);
}

static void
enter_stage (VzComposeLog *self, int stage)
{
  if (self->child != NULL)
    vz_progress_finish (self->child);
  g_clear_object (&self->child);
  /* Stages that were not seen are nevertheless done. */
  for (int i = self->stage + 1; i <= stage && self->progress != NULL; i++)
    {
      g_autoptr (VzProgress) child = vz_progress_add_child (self->progress, stages[i].units, 0);

      vz_progress_set_phase (child, stages[i].phase);
      if (i == stage)
        self->child = g_steal_pointer (&child);
      else
        vz_progress_finish (child);
    }
  self->stage = stage;
  self->done = 0;
  set_total (self, stages[stage].counting == COUNT_STEPS ? self->steps_ahead : 0);
}

static void
find_stage (VzComposeLog *self, const char *line)
{
  for (int i = self->stage + 1; i < (int) G_N_ELEMENTS (stages); i++)
    if ((!stages[i].only_in_turn || i == self->stage + 1) &&
        g_str_has_prefix (line, stages[i].marker))
      {
        enter_stage (self, i);
        return;
      }
}

static void
count (VzComposeLog *self, const char *line)
{
  const char *found;
  guint n;

  if (self->stage < 0)
    return;
  if ((found = strstr (line, " newly installed")) != NULL &&
      sscanf (line, "%*u upgraded, %u newly", &n) == 1)
    self->steps_ahead = 2 * (guint64) n; /* each is unpacked and set up */
  switch (stages[self->stage].counting)
    {
    case COUNT_BYTES:
      if (g_str_has_prefix (line, "Need to get "))
        set_total (self, vz_compose_log_parse_size (line + strlen ("Need to get ")));
      else if (g_str_has_prefix (line, "Get:") && (found = strrchr (line, '[')) != NULL)
        add_done (self, vz_compose_log_parse_size (found + 1));
      break;
    case COUNT_STEPS:
      if (g_str_has_prefix (line, "Unpacking ") || g_str_has_prefix (line, "Setting up "))
        add_done (self, 1);
      break;
    case COUNT_NOTHING:
      break;
    }
}

static void
find_reason (VzComposeLog *self, const char *line)
{
  gsize limit = self->reason < 0 ? G_N_ELEMENTS (reasons) : (gsize) self->reason;

  for (gsize i = 0; i < limit; i++)
    if (reasons[i].reason != NULL ? strstr (line, reasons[i].text) != NULL
                                  : g_str_has_prefix (line, reasons[i].text))
      {
        self->reason = (gssize) i;
        g_free (self->reason_line);
        self->reason_line = g_strdup (line);
        return;
      }
}

void
vz_compose_log_add_line (VzComposeLog *self, const char *line)
{
  g_autofree char *valid = g_utf8_make_valid (line, (gssize) MIN (strlen (line), LINE_MAX_LENGTH));

  find_stage (self, valid);
  count (self, valid);
  find_reason (self, valid);
  if (*valid == '\0')
    return;
  g_queue_push_tail (&self->tail, g_steal_pointer (&valid));
  if (self->tail.length > TAIL_LINES)
    g_free (g_queue_pop_head (&self->tail));
}

gboolean
vz_compose_log_fail (VzComposeLog *self, const char *log_path, GError **error)
{
  g_autoptr (GString) tail = g_string_new (NULL);

  for (GList *link = self->tail.head; link != NULL; link = link->next)
    g_string_append_printf (tail, "\n  %s", (char *) link->data);
  if (self->reason >= 0 && reasons[self->reason].reason == NULL)
    return vz_fail (error, reasons[self->reason].code, "%s\nThe log (%s) ends with:%s",
                    self->reason_line + strlen (VZ_FAILED), log_path, tail->str);
  if (self->reason >= 0)
    return vz_fail (error, reasons[self->reason].code, "%s: %s\nThe log (%s) ends with:%s",
                    reasons[self->reason].reason, self->reason_line, log_path, tail->str);
  return vz_fail (error, VZ_ERROR_INTERNAL, "mmdebstrap failed\nThe log (%s) ends with:%s",
                  log_path, tail->str);
}
