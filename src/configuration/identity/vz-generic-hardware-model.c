/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-generic-hardware-model.h"

#include <string.h>

#include "configuration/identity/vz-hardware-model-private.h"
#include "foundation/host/vz-binary.h"
#include "foundation/host/vz-version.h"
#include "foundation/vz-fail.h"

#define N_KEYS 3
#define REPRESENTATION_VERSION 1
#define MAX_TEXT 64

/**
 * VzGenericHardwareModel:
 *
 * A board of ours: an architecture and QEMU's versioned machine type. QEMU keeps the devices of a
 * versioned type and their behavior the same across its own upgrades, so a bundle keeps seeing the
 * board that it was installed on. The data representation has the keys `DataRepresentationVersion`
 * (1), `Architecture` and `MachineType`. Not in Apple's framework.
 *
 * QEMU: `-machine`, with the versioned machine type.
 *
 * Since: 0.1
 */
struct _VzGenericHardwareModel {
  VzHardwareModel parent_instance;
  char *architecture;
  char *machine_type;
  guint n_keys;
};

G_DEFINE_FINAL_TYPE (VzGenericHardwareModel, vz_generic_hardware_model, VZ_TYPE_HARDWARE_MODEL)

/* The boards that vz knows: the oldest is QEMU's first, the newest the last one tested. */
static const struct {
  const char *architecture;
  const char *family;
  guint oldest[2];
  guint newest[2];
} boards[] = {
  { "x86_64", "pc-q35-", { 2, 4 }, { 10, 0 } },
  { "aarch64", "virt-", { 2, 6 }, { 10, 0 } },
};

/* What new bundles get, newest first: the first that the host's QEMU has. Those of Debian 13 and 12
 * are tested, and a bundle made with either runs on newer ones. */
static const char *const versions[] = { "10.0", "7.2" };

static int
find_board (const char *architecture)
{
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    if (g_strcmp0 (boards[i].architecture, architecture) == 0)
      return (int) i;
  return -1;
}

/* Never fails: without a QEMU, it chooses a board that every QEMU supported by vz has. */
static const char *
choose_version (const char *architecture)
{
  g_autofree char *binary = vz_binary_find (architecture, NULL);
  g_autofree char *found = binary != NULL ? vz_binary_dup_version (binary, NULL) : NULL;

  for (guint i = 0; found != NULL && i < G_N_ELEMENTS (versions); i++)
    if (vz_version_compare (found, versions[i]) >= 0)
      return versions[i];
  return versions[G_N_ELEMENTS (versions) - 1];
}

/* The same for all models in this process, since finding out runs QEMU. */
static const char *
get_version (guint board)
{
  static const char *chosen[G_N_ELEMENTS (boards)];

  if (chosen[board] == NULL)
    chosen[board] = choose_version (boards[board].architecture);
  return chosen[board];
}

/* A new model gets its board only on demand: most are created as the default of a configuration
 * that is then read from a bundle. */
static void
complete (VzGenericHardwareModel *self)
{
  static GMutex mutex;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autoptr (GBytes) data = NULL;
  char *machine_type;
  int board;

  if (self->machine_type != NULL)
    return;
  board = find_board (self->architecture);
  machine_type = g_strconcat (boards[board].family, get_version ((guint) board), NULL);
  data = vz_plist_write_dictionary (
    (const VzPlistEntry[N_KEYS]){
      { .key = "DataRepresentationVersion",
        .kind = VZ_PLIST_UINT,
        .value = REPRESENTATION_VERSION },
      { .key = "Architecture", .kind = VZ_PLIST_STRING, .string = self->architecture },
      { .key = "MachineType", .kind = VZ_PLIST_STRING, .string = machine_type },
    },
    N_KEYS);
  vz_hardware_model_set_data (VZ_HARDWARE_MODEL (self), data);
  self->n_keys = N_KEYS;
  self->machine_type = machine_type;
}

static void
vz_generic_hardware_model_complete (VzHardwareModel *model)
{
  complete (VZ_GENERIC_HARDWARE_MODEL (model));
}

static void
vz_generic_hardware_model_init (VzGenericHardwareModel *self)
{
#if defined(__aarch64__)
  self->architecture = g_strdup ("aarch64");
#else
  self->architecture = g_strdup ("x86_64");
#endif
}

static void
vz_generic_hardware_model_finalize (GObject *object)
{
  VzGenericHardwareModel *self = VZ_GENERIC_HARDWARE_MODEL (object);

  g_free (self->architecture);
  g_free (self->machine_type);
  G_OBJECT_CLASS (vz_generic_hardware_model_parent_class)->finalize (object);
}

static gboolean
version_is_between (const char *text, const guint *oldest, const guint *newest)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  guint64 major, minor, version;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 0, 1000, &major, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, 1000, &minor, NULL))
    return FALSE;
  version = major * 1001 + minor;
  return version >= oldest[0] * 1001u + oldest[1] && version <= newest[0] * 1001u + newest[1];
}

/* Either architecture runs on any host: emulated if KVM does not support it. */
static gboolean
vz_generic_hardware_model_is_supported (VzHardwareModel *model)
{
  VzGenericHardwareModel *self = VZ_GENERIC_HARDWARE_MODEL (model);
  int board = find_board (self->architecture);

  complete (self);
  return board >= 0 && g_str_has_prefix (self->machine_type, boards[board].family) &&
         version_is_between (self->machine_type + strlen (boards[board].family),
                             boards[board].oldest, boards[board].newest);
}

static gboolean
vz_generic_hardware_model_has_equal_content (VzHardwareModel *model, VzHardwareModel *other_model)
{
  VzGenericHardwareModel *self = VZ_GENERIC_HARDWARE_MODEL (model);
  VzGenericHardwareModel *other = VZ_GENERIC_HARDWARE_MODEL (other_model);

  complete (self);
  complete (other);
  return self->n_keys == N_KEYS && other->n_keys == N_KEYS &&
         strcmp (self->architecture, other->architecture) == 0 &&
         strcmp (self->machine_type, other->machine_type) == 0;
}

static char *
vz_generic_hardware_model_describe_ (VzHardwareModel *model)
{
  VzGenericHardwareModel *self = VZ_GENERIC_HARDWARE_MODEL (model);

  complete (self);
  return g_strdup_printf ("%s %s", self->architecture, self->machine_type);
}

static void
vz_generic_hardware_model_class_init (VzGenericHardwareModelClass *klass)
{
  VzHardwareModelClass *model_class = VZ_HARDWARE_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vz_generic_hardware_model_finalize;
  model_class->complete = vz_generic_hardware_model_complete;
  model_class->is_supported = vz_generic_hardware_model_is_supported;
  model_class->has_equal_content = vz_generic_hardware_model_has_equal_content;
  model_class->describe = vz_generic_hardware_model_describe_;
}

/* The machine type becomes part of a command line: letters, digits, dots, dashes and
 * underscores. */
static gboolean
is_plain (const char *text)
{
  return strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
         strlen (text);
}

VzHardwareModel *
vz_generic_hardware_model_new_from_plist (plist_t dict, GBytes *data, GError **error)
{
  g_autofree char *architecture = NULL;
  g_autofree char *machine_type = NULL;
  VzGenericHardwareModel *self;
  guint64 version;

  if (!vz_plist_get_uint (dict, "DataRepresentationVersion", REPRESENTATION_VERSION, &version,
                          error) ||
      !vz_plist_dup_string (dict, "Architecture", MAX_TEXT, &architecture, error) ||
      !vz_plist_dup_string (dict, "MachineType", MAX_TEXT, &machine_type, error))
    return NULL;
  if (!is_plain (architecture) || !is_plain (machine_type))
    return vz_fail_null (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "Architecture and MachineType may have letters, digits, '.', '-' and '_' only");
  self = g_object_new (VZ_TYPE_GENERIC_HARDWARE_MODEL, NULL);
  g_free (self->architecture);
  self->architecture = g_steal_pointer (&architecture);
  self->machine_type = g_steal_pointer (&machine_type);
  self->n_keys = plist_dict_get_size (dict);
  vz_hardware_model_set_data (VZ_HARDWARE_MODEL (self), data);
  return VZ_HARDWARE_MODEL (self);
}

/**
 * vz_generic_hardware_model_new:
 * @architecture: (nullable): `x86_64` or `aarch64`; %NULL: that of this host
 *
 * Makes the newest board for an architecture that vz is tested with and that this host's QEMU has:
 * 10.0 on Debian 13, and 7.2 on Debian 12 and where there is no QEMU.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL when vz has no board for that
 *   architecture
 */
VzGenericHardwareModel *
vz_generic_hardware_model_new (const char *architecture)
{
  VzGenericHardwareModel *self;
  int board = find_board (architecture);

  if (architecture != NULL && board < 0)
    return NULL;
  self = g_object_new (VZ_TYPE_GENERIC_HARDWARE_MODEL, NULL);
  if (board >= 0)
    {
      g_free (self->architecture);
      self->architecture = g_strdup (architecture);
    }
  return self;
}

/**
 * vz_generic_hardware_model_new_from_data:
 * @data: a data representation
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with %VZ_ERROR_INVALID_ARGUMENT when
 *   @data is malformed or describes one of Apple's boards
 */
VzGenericHardwareModel *
vz_generic_hardware_model_new_from_data (GBytes *data, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_hardware_model_new_from_data (data, error);

  if (model == NULL)
    return NULL;
  if (!VZ_IS_GENERIC_HARDWARE_MODEL (model))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "hardware model: one of Apple's boards, not a generic one");
  return VZ_GENERIC_HARDWARE_MODEL (g_steal_pointer (&model));
}

/**
 * vz_generic_hardware_model_get_architecture:
 * @self: a hardware model
 *
 * Returns: (transfer none): the processor's architecture, `x86_64` or `aarch64` for boards that vz
 *   knows
 */
const char *
vz_generic_hardware_model_get_architecture (VzGenericHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_GENERIC_HARDWARE_MODEL (self), NULL);
  return self->architecture;
}

/**
 * vz_generic_hardware_model_get_machine_type:
 * @self: a hardware model
 *
 * Returns: (transfer none): QEMU's versioned machine type, such as `pc-q35-7.2`
 */
const char *
vz_generic_hardware_model_get_machine_type (VzGenericHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_GENERIC_HARDWARE_MODEL (self), NULL);
  complete (self);
  return self->machine_type;
}
