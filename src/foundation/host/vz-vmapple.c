/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-vmapple.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/host/vz-binary.h"
#include "foundation/host/vz-run.h"
#include "foundation/host/vz-user-settings.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * When asked for help, QEMU lists what it has without starting anything: its boards, a board's
 * options, its devices, a device's properties. Distributions leave the board out, since upstream
 * builds it only for macOS hosts; those who build it for Linux have each added options of their
 * own. */

#define LIMIT_MS 30000 /* for a program on a slow disk, on a loaded host */
#define MAX_BOOT_ROM (1 << 20) /* bytes; the board has no room for more */

static const char *const machines[] = { "vmapple", "apple-vm" };
/* Devices that a guest is given; the board brings its own. */
static const char *const devices[] = { "vmapple-virtio-blk-pci", "virtio-net-pci" };

static char *
ask (const char *binary, const char *option, const char *value, GError **error)
{
  const char *argv[] = { binary, option, value, NULL };
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE, .wants_errors = TRUE };
  int status;
  char *output = NULL;

  /* Asked about something missing, QEMU sometimes answers with an exit code and sometimes with a
   * list of what exists. */
  return vz_run (&run, &status, &output, NULL, error) ? output : NULL;
}

/* Whether a line has @name between @before and @after. */
static gboolean
has_line (const char *text, const char *before, const char *name, const char *after)
{
  g_autofree char *escaped = g_regex_escape_string (name, -1);
  g_autofree char *pattern = g_strconcat ("^", before, escaped, after, NULL);

  return g_regex_match_simple (pattern, text, G_REGEX_MULTILINE, 0);
}

/* Lines such as "  uuid=<uint64>   - ECID of the machine". */
static GHashTable *
parse_options (const char *text)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) pattern = g_regex_new ("^\\s+([\\w.-]+)=<", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (pattern, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    g_hash_table_add (set, g_match_info_fetch (match, 1));
  return set;
}

static gboolean
find_machine (VzVmapple *self, GError **error)
{
  g_autofree char *list = ask (self->binary, "-machine", "help", error);

  if (list == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (machines) && self->machine == NULL; i++)
    if (has_line (list, "", machines[i], "\\s"))
      self->machine = g_strdup (machines[i]);
  return self->machine != NULL || vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                                           "QEMU %s ('%s') has no machine vmapple, the board that "
                                           "macOS starts on; set VZ_QEMU to a QEMU that has it",
                                           self->version, self->binary);
}

static gboolean
check_devices (VzVmapple *self, GError **error)
{
  g_autofree char *list = ask (self->binary, "-device", "help", error);
  g_autoptr (GString) missing = g_string_new (NULL);

  if (list == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    if (!has_line (list, "name \"", devices[i], "\""))
      g_string_append_printf (missing, "%sdevice %s", missing->len > 0 ? ", " : "", devices[i]);
  if (!vz_vmapple_has_option (self, "uuid"))
    g_string_append_printf (missing, "%soption uuid of %s", missing->len > 0 ? ", " : "",
                            self->machine);
  return missing->len == 0 ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU %s ('%s') lacks what macOS needs: %s",
                  self->version, self->binary, missing->str);
}

static gboolean
read_options (VzVmapple *self, GError **error)
{
  g_autofree char *value = g_strconcat (self->machine, ",help", NULL);
  g_autofree char *machine = ask (self->binary, "-machine", value, error);
  g_autofree char *processor = NULL;
  g_autofree char *usage = NULL;
  g_autofree char *screen = NULL;

  if (machine == NULL ||
      (processor = ask (self->binary, "-device", "max-arm-cpu,help", error)) == NULL ||
      (usage = ask (self->binary, "-help", NULL, error)) == NULL ||
      (screen = ask (self->binary, "-device", "reims-vgpu-mmio,help", error)) == NULL)
    return FALSE;
  self->options = parse_options (machine);
  self->processor = parse_options (processor);
  self->has_sandbox = has_line (usage, "", "-sandbox", "\\s");
  self->has_reims = vz_vmapple_has_option (self, "gfx-device") &&
                    has_line (screen, "", "reims-vgpu-mmio", " options:");
  return TRUE;
}

static char *
find_binary (GError **error)
{
  g_autofree char *named = NULL;

  if (!vz_user_settings_get_path ("VZ_QEMU", "qemu", &named, error))
    return NULL;
  if (named == NULL)
    {
      named = vz_binary_find ("aarch64", error);
      if (named == NULL)
        g_prefix_error (error, "no QEMU with the machine vmapple: ");
      return g_steal_pointer (&named);
    }
  if (g_file_test (named, G_FILE_TEST_IS_REGULAR) && access (named, X_OK) == 0)
    return g_steal_pointer (&named);
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "QEMU '%s', which VZ_QEMU or the settings name, is not a program", named);
}

static void
clear (gpointer data)
{
  VzVmapple *self = data;

  g_free (self->binary);
  g_free (self->version);
  g_free (self->machine);
  g_clear_pointer (&self->options, g_hash_table_unref);
  g_clear_pointer (&self->processor, g_hash_table_unref);
}

void
vz_vmapple_unref (VzVmapple *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

static VzVmapple *
probe (const char *binary, GError **error)
{
  g_autoptr (VzVmapple) self = g_atomic_rc_box_new0 (VzVmapple);

  self->binary = g_strdup (binary);
  self->version = vz_binary_dup_version (binary, error);
  return self->version != NULL && find_machine (self, error) && read_options (self, error) &&
             check_devices (self, error)
           ? g_steal_pointer (&self)
           : NULL;
}

/* The program as it was when it was queried. */
typedef struct {
  char *binary;
  struct stat st;
  VzVmapple *found; /* NULL: it lacks something */
  GError *error;
} Answer;

static Answer last;
static GMutex last_lock;

static gboolean
is_last (const char *binary, const struct stat *st)
{
  return g_strcmp0 (last.binary, binary) == 0 && last.st.st_dev == st->st_dev &&
         last.st.st_ino == st->st_ino && last.st.st_size == st->st_size &&
         last.st.st_mtim.tv_sec == st->st_mtim.tv_sec &&
         last.st.st_mtim.tv_nsec == st->st_mtim.tv_nsec;
}

VzVmapple *
vz_vmapple_find (GError **error)
{
  g_autofree char *binary = find_binary (error);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&last_lock);
  struct stat st;

  if (binary == NULL)
    return NULL;
  if (stat (binary, &st) != 0)
    return vz_fail_errno_null (error, "cannot read '%s'", binary);
  if (!is_last (binary, &st))
    {
      g_clear_pointer (&last.binary, g_free);
      g_clear_pointer (&last.found, vz_vmapple_unref);
      g_clear_error (&last.error);
      last.found = probe (binary, &last.error);
      last.st = st;
      last.binary = g_steal_pointer (&binary);
    }
  if (last.found != NULL)
    return g_atomic_rc_box_acquire (last.found);
  if (error != NULL)
    *error = g_error_copy (last.error);
  return NULL;
}

gboolean
vz_vmapple_has_option (const VzVmapple *self, const char *name)
{
  return g_hash_table_contains (self->options, name);
}

gboolean
vz_vmapple_has_processor_option (const VzVmapple *self, const char *name)
{
  return g_hash_table_contains (self->processor, name);
}

char *
vz_vmapple_find_boot_rom (GError **error)
{
  g_autofree char *path = NULL;
  struct stat st;

  if (!vz_user_settings_get_path ("VZ_AVPBOOTER", "avpbooter", &path, error))
    return NULL;
  if (path == NULL)
    return vz_fail_null (
      error, VZ_ERROR_NOT_SUPPORTED,
      "no boot ROM is configured; set VZ_AVPBOOTER to a copy of a Mac's AVPBooter.vmapple2.bin");
  if (stat (path, &st) != 0)
    return vz_fail_errno_null (error, "boot ROM '%s'", path);
  if (!S_ISREG (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "boot ROM '%s': not a regular file", path);
  if (st.st_size == 0 || st.st_size > MAX_BOOT_ROM)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "boot ROM '%s': %" G_GINT64_FORMAT " bytes found, must be 1 to %d", path,
                         (gint64) st.st_size, MAX_BOOT_ROM);
  if (access (path, R_OK) != 0)
    return vz_fail_errno_null (error, "boot ROM '%s'", path);
  return g_steal_pointer (&path);
}
