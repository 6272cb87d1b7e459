/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle/vz-bundle-private.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-mac-hardware-model.h"
#include "configuration/platform/vz-mac-auxiliary-storage-private.h"
#include "foundation/host/vz-firmware.h"
#include "foundation/host/vz-vmapple.h"

#define SECTOR 512
#define FLASH_BLOCK 4096

/* What a problem means for the machine. */
typedef enum {
  REMARK, /* it can still run */
  HOST, /* it can run on another host */
  DAMAGE, /* it cannot run anywhere until this is fixed */
} Weight;

typedef struct {
  VzBundle *bundle;
  GStrvBuilder *problems;
  gboolean is_foreign; /* of a kind of machine that this host cannot run */
  char *damage; /* the first one of that weight */
} Check;

static void G_GNUC_PRINTF (4, 5)
  report (Check *check, Weight weight, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strdup_printf ("%s: %s", name, text);
  g_strv_builder_add (check->problems, line);
  if (weight == DAMAGE && check->damage == NULL)
    check->damage = g_steal_pointer (&line);
}

/* TRUE if the file exists and is a regular one. */
static gboolean
look_at (Check *check, Weight weight, const char *name, struct stat *st)
{
  g_autofree char *path = vz_bundle_dup_file_path (check->bundle, name);

  if (stat (path, st) != 0)
    {
      int number = errno;

      if (number == ENOENT)
        report (check, weight, name, "is missing");
      else
        report (check, DAMAGE, name, "cannot be examined: %s", g_strerror (number));
      return FALSE;
    }
  if (!S_ISREG (st->st_mode))
    {
      report (check, DAMAGE, name, "is not a regular file");
      return FALSE;
    }
  if ((st->st_mode & 0600) != 0600)
    report (check, REMARK, name, "mode %04o found, must be readable and writable by its owner",
            (guint) (st->st_mode & 07777));
  if ((st->st_mode & 022) != 0)
    report (check, REMARK, name, "mode %04o found, must not be writable by others",
            (guint) (st->st_mode & 07777));
  return TRUE;
}

/* The message without the names of bundle and file, which the reader knows. */
static const char *
message_of (Check *check, const GError *error)
{
  g_autofree char *prefix = g_strdup_printf ("Bundle '%s': ", vz_bundle_get_path (check->bundle));
  const char *message = error->message;

  if (g_str_has_prefix (message, prefix))
    message += strlen (prefix);
  if (g_str_has_prefix (message, VZ_BUNDLE_CONFIGURATION ": "))
    message += strlen (VZ_BUNDLE_CONFIGURATION ": ");
  return message;
}

/* A Mac that was installed elsewhere may run on a host that cannot install one. */
static gboolean
runs_macs (VzHardwareModel *model)
{
  g_autoptr (VzVmapple) qemu = VZ_IS_MAC_HARDWARE_MODEL (model) ? vz_vmapple_find (NULL) : NULL;

  return qemu != NULL;
}

static VzHardwareModel *
check_identity (Check *check, gboolean *ret_is_known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autofree char *description = NULL;
  g_autofree char *other = NULL;
  VzHardwareModel *model = NULL;
  struct stat st;

  if (look_at (check, DAMAGE, VZ_BUNDLE_HARDWARE_MODEL, &st))
    {
      model = vz_bundle_load_hardware_model (check->bundle, &error);
      if (model == NULL)
        report (check, DAMAGE, VZ_BUNDLE_HARDWARE_MODEL, "%s", message_of (check, error));
    }
  g_clear_error (&error);
  if (model != NULL && !vz_hardware_model_is_supported (model))
    check->is_foreign = TRUE;
  if (check->is_foreign && !runs_macs (model))
    {
      description = vz_hardware_model_describe (model);
      report (check, HOST, VZ_BUNDLE_HARDWARE_MODEL, "%s found, which this host cannot run",
              description);
    }
  if (look_at (check, DAMAGE, VZ_BUNDLE_MACHINE_IDENTIFIER, &st))
    {
      identifier = vz_bundle_load_machine_identifier (check->bundle, &error);
      if (identifier == NULL)
        report (check, DAMAGE, VZ_BUNDLE_MACHINE_IDENTIFIER, "%s", message_of (check, error));
    }
  other = identifier != NULL ? vz_bundle_registry_find_other (check->bundle) : NULL;
  if (other != NULL)
    report (check, REMARK, VZ_BUNDLE_MACHINE_IDENTIFIER,
            "'%s' has the same one; only one of the two can run at a time", other);
  *ret_is_known = model != NULL && identifier != NULL;
  return model;
}

/* Firmware and variable store go together: QEMU refuses, or the guest does not boot, if the store
 * differs in size from this host's firmware template. */
static void
check_variable_store (Check *check, VzGenericHardwareModel *model, gint64 size)
{
  g_autoptr (VzFirmware)
    firmware = vz_firmware_find (vz_generic_hardware_model_get_architecture (model),
                                 vz_generic_hardware_model_get_machine_type (model), FALSE, NULL);
  struct stat st;

  if (size == 0 || size % FLASH_BLOCK != 0)
    report (check, DAMAGE, VZ_BUNDLE_AUXILIARY_STORAGE,
            "%" G_GINT64_FORMAT " bytes found, must be a multiple of %d above 0", size,
            FLASH_BLOCK);
  else if (firmware != NULL && stat (firmware->vars_template_path, &st) == 0 && st.st_size != size)
    report (check, HOST, VZ_BUNDLE_AUXILIARY_STORAGE,
            "%" G_GINT64_FORMAT " bytes found, must be %" G_GINT64_FORMAT
            " for this host's firmware",
            size, (gint64) st.st_size);
}

/* A machine that needs its auxiliary storage names it in its configuration. */
static void
check_storage (Check *check, VzHardwareModel *model)
{
  g_autofree char *wrong = NULL;
  struct stat st;

  if (look_at (check, DAMAGE, VZ_BUNDLE_DISK_IMAGE, &st) &&
      (st.st_size == 0 || st.st_size % SECTOR != 0))
    report (check, DAMAGE, VZ_BUNDLE_DISK_IMAGE,
            "%" G_GINT64_FORMAT " bytes found, must be a multiple of %d above 0",
            (gint64) st.st_size, SECTOR);
  if (!look_at (check, VZ_IS_MAC_HARDWARE_MODEL (model) ? DAMAGE : REMARK,
                VZ_BUNDLE_AUXILIARY_STORAGE, &st) ||
      model == NULL)
    return;
  if (VZ_IS_GENERIC_HARDWARE_MODEL (model))
    check_variable_store (check, VZ_GENERIC_HARDWARE_MODEL (model), (gint64) st.st_size);
  else if ((wrong = vz_mac_auxiliary_storage_judge_size ((guint64) st.st_size)) != NULL)
    report (check, DAMAGE, VZ_BUNDLE_AUXILIARY_STORAGE, "%" G_GINT64_FORMAT " bytes found, %s",
            (gint64) st.st_size, wrong);
}

/* One problem for each line of the message. */
static void
report_lines (Check *check, Weight weight, const char *name, const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      report (check, weight, name, "%s", *line);
}

/* The weight of a configuration that does not validate: it may be valid with as many processors and
 * as much memory as this host has. */
static Weight
weigh (Check *check, VzVirtualMachineConfiguration *configuration, const GError *error)
{
  g_autoptr (VzConfig) copy = NULL;
  VzVirtualMachineConfiguration *smaller;

  if (check->is_foreign || g_error_matches (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED))
    return HOST;
  copy = vz_config_copy (VZ_CONFIG (configuration));
  smaller = VZ_VIRTUAL_MACHINE_CONFIGURATION (copy);
  vz_virtual_machine_configuration_set_cpu_count (
    smaller, MIN (vz_virtual_machine_configuration_get_cpu_count (smaller),
                  vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ()));
  vz_virtual_machine_configuration_set_memory_size (
    smaller, MIN (vz_virtual_machine_configuration_get_memory_size (smaller),
                  vz_virtual_machine_configuration_get_maximum_allowed_memory_size ()));
  return vz_virtual_machine_configuration_validate (smaller, NULL) ? HOST : DAMAGE;
}

/* @identity_is_known: otherwise loading fails for a reason that has already been reported. */
static void
check_configuration (Check *check, gboolean identity_is_known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzConfig) alone = NULL;
  struct stat st;

  if (!vz_bundle_is_of_sample (check->bundle) &&
      !look_at (check, DAMAGE, VZ_BUNDLE_CONFIGURATION, &st))
    return;
  if (!identity_is_known)
    {
      alone = vz_bundle_read_configuration (check->bundle, &error);
      if (alone == NULL)
        report_lines (check, DAMAGE, VZ_BUNDLE_CONFIGURATION, error->message);
      return;
    }
  configuration = vz_bundle_load_configuration (check->bundle, &error);
  if (configuration == NULL)
    report_lines (check, DAMAGE, VZ_BUNDLE_CONFIGURATION, message_of (check, error));
  else if (!vz_virtual_machine_configuration_validate (configuration, &error))
    report_lines (check, weigh (check, configuration, error), VZ_BUNDLE_CONFIGURATION,
                  error->message);
}

static void
check_leftovers (Check *check)
{
  g_autoptr (GDir) dir = g_dir_open (vz_bundle_get_directory (check->bundle), 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, ".") && g_str_has_suffix (name, ".tmp"))
      report (check, REMARK, name, "left behind by an interrupted write; it can be removed");
}

static void
check_all (Check *check)
{
  g_autoptr (VzHardwareModel) model = NULL;
  gboolean identity_is_known;

  model = check_identity (check, &identity_is_known);
  check_storage (check, model);
  check_configuration (check, identity_is_known);
  check_leftovers (check);
}

/**
 * vz_bundle_check:
 * @self: a finished bundle
 *
 * Checks everything in the bundle that can be wrong: files that are missing, malformed or have the
 * wrong size or mode, a hardware model that this host cannot run, a configuration that does not
 * validate, another bundle with the same machine identifier. Changes nothing. Several threads may
 * call it at once, even for the same bundle.
 *
 * Returns: (transfer full): one line for each problem, starting with the file's name; empty when
 *   there are no problems
 */
GStrv
vz_bundle_check (VzBundle *self)
{
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  Check check = { .bundle = self, .problems = problems };

  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  check_all (&check);
  g_free (check.damage);
  return g_strv_builder_end (problems);
}

/**
 * vz_bundle_dup_damage:
 * @self: a finished bundle
 *
 * Checks whether the machine can run anywhere with the bundle as it is. Being unable to run on this
 * host, file modes and a second bundle of the same machine do not count as damage.
 *
 * Returns: (transfer full) (nullable): the first line of vz_bundle_check() that reports damage, or
 *   %NULL
 */
char *
vz_bundle_dup_damage (VzBundle *self)
{
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  Check check = { .bundle = self, .problems = problems };

  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  check_all (&check);
  return check.damage;
}
