/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-configuration-requirements-private.h"

#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-mac-hardware-model.h"
#include "image/manifest/vz-image-product.h"
#include "image/manifest/vz-mac-os-configuration-requirements.h"

/**
 * VzConfigurationRequirements:
 *
 * What a machine must have for a restore image to be installed on it. Immutable. Apple:
 * `VZMacOSConfigurationRequirements`.
 *
 * QEMU: not used; the configuration made from it is.
 *
 * Since: 0.1
 */
typedef struct {
  VzHardwareModel *hardware_model; /* may be NULL */
  char *device_class;
  char *variant; /* may be NULL */
  char *architecture; /* may be NULL */
  char *minimum_host; /* may be NULL */
  guint minimum_cpu_count;
  guint64 minimum_memory_size;
  guint64 minimum_disk_size;
} VzConfigurationRequirementsPrivate;

enum {
  PROP_HARDWARE_MODEL = 1,
  PROP_DEVICE_CLASS,
  PROP_VARIANT,
  PROP_ARCHITECTURE,
  PROP_MINIMUM_HOST_VERSION,
  PROP_MINIMUM_SUPPORTED_CPU_COUNT,
  PROP_MINIMUM_SUPPORTED_MEMORY_SIZE,
  PROP_MINIMUM_DISK_SIZE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (VzConfigurationRequirements, vz_configuration_requirements,
                            G_TYPE_OBJECT)

static VzConfigurationRequirementsPrivate *
get_private (VzConfigurationRequirements *self)
{
  return vz_configuration_requirements_get_instance_private (self);
}

static void
vz_configuration_requirements_get_property (GObject *object, guint id, GValue *value,
                                            GParamSpec *pspec)
{
  VzConfigurationRequirementsPrivate *self = get_private (VZ_CONFIGURATION_REQUIREMENTS (object));

  switch (id)
    {
    case PROP_HARDWARE_MODEL:
      g_value_set_object (value, self->hardware_model);
      break;
    case PROP_DEVICE_CLASS:
      g_value_set_string (value, self->device_class);
      break;
    case PROP_VARIANT:
      g_value_set_string (value, self->variant);
      break;
    case PROP_ARCHITECTURE:
      g_value_set_string (value, self->architecture);
      break;
    case PROP_MINIMUM_HOST_VERSION:
      g_value_set_string (value, self->minimum_host);
      break;
    case PROP_MINIMUM_SUPPORTED_CPU_COUNT:
      g_value_set_uint (value, self->minimum_cpu_count);
      break;
    case PROP_MINIMUM_SUPPORTED_MEMORY_SIZE:
      g_value_set_uint64 (value, self->minimum_memory_size);
      break;
    case PROP_MINIMUM_DISK_SIZE:
      g_value_set_uint64 (value, self->minimum_disk_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_configuration_requirements_finalize (GObject *object)
{
  VzConfigurationRequirementsPrivate *self = get_private (VZ_CONFIGURATION_REQUIREMENTS (object));

  g_clear_object (&self->hardware_model);
  g_free (self->device_class);
  g_free (self->variant);
  g_free (self->architecture);
  g_free (self->minimum_host);
  G_OBJECT_CLASS (vz_configuration_requirements_parent_class)->finalize (object);
}

static void
install_minima (GParamFlags flags)
{
  /**
   * VzConfigurationRequirements:minimum-supported-cpu-count:
   *
   * The fewest CPUs that the guest accepts.
   */
  props[PROP_MINIMUM_SUPPORTED_CPU_COUNT] =
    g_param_spec_uint ("minimum-supported-cpu-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * VzConfigurationRequirements:minimum-supported-memory-size:
   *
   * The smallest memory that the guest accepts, in bytes.
   */
  props[PROP_MINIMUM_SUPPORTED_MEMORY_SIZE] =
    g_param_spec_uint64 ("minimum-supported-memory-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * VzConfigurationRequirements:minimum-disk-size: (getter get_minimum_disk_size)
   *
   * The smallest disk that can hold the image's contents, in bytes; 0 when the image does not say.
   */
  props[PROP_MINIMUM_DISK_SIZE] =
    g_param_spec_uint64 ("minimum-disk-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
}

static void
vz_configuration_requirements_class_init (VzConfigurationRequirementsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vz_configuration_requirements_get_property;
  object_class->finalize = vz_configuration_requirements_finalize;

  /**
   * VzConfigurationRequirements:hardware-model: (getter get_hardware_model)
   *
   * The board that a machine needs, for the platform of its configuration; %NULL for a board
   * unknown to vz.
   */
  props[PROP_HARDWARE_MODEL] =
    g_param_spec_object ("hardware-model", NULL, NULL, VZ_TYPE_HARDWARE_MODEL, flags);
  /**
   * VzConfigurationRequirements:device-class: (getter get_device_class)
   *
   * The board's name in the image, such as `q35-x86_64` or `vma2macosap`.
   */
  props[PROP_DEVICE_CLASS] = g_param_spec_string ("device-class", NULL, NULL, NULL, flags);
  /**
   * VzConfigurationRequirements:variant: (getter get_variant)
   *
   * The kind of installation, in the image's words.
   */
  props[PROP_VARIANT] = g_param_spec_string ("variant", NULL, NULL, NULL, flags);
  /**
   * VzConfigurationRequirements:architecture: (getter get_architecture)
   *
   * The processor's architecture, `x86_64` or `aarch64`.
   */
  props[PROP_ARCHITECTURE] = g_param_spec_string ("architecture", NULL, NULL, NULL, flags);
  /**
   * VzConfigurationRequirements:minimum-host-version: (getter get_minimum_host_version)
   *
   * The oldest macOS host that can run it; %NULL for our images.
   */
  props[PROP_MINIMUM_HOST_VERSION] =
    g_param_spec_string ("minimum-host-version", NULL, NULL, NULL, flags);
  install_minima (flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_configuration_requirements_init (VzConfigurationRequirements *self)
{
}

/* Apple's virtual Macs with board 0x20; their model specifies only the oldest host. */

static VzHardwareModel *
create_hardware_model (const VzBuildIdentity *identity)
{
  const VzImageProduct *product = vz_image_product_for_device_class (identity->device_class);
  VzGenericHardwareModel *generic = NULL;
  VzMacHardwareModel *mac = NULL;

  if (product != NULL)
    generic = vz_generic_hardware_model_new (product->architecture);
  else if (g_ascii_strcasecmp (identity->device_class, VZ_DEVICE_CLASS_VIRTUAL_MAC) == 0 &&
           identity->minimum_host != NULL)
    mac = vz_mac_hardware_model_new (identity->minimum_host, NULL);
  return generic != NULL ? VZ_HARDWARE_MODEL (generic) : (VzHardwareModel *) mac;
}

/* Our images say which processor they are for; Apple's do not. */
static gboolean
is_for_a_mac (const VzBuildIdentity *identity)
{
  return identity->architecture == NULL &&
         vz_image_product_for_device_class (identity->device_class) == NULL;
}

VzConfigurationRequirements *
vz_configuration_requirements_new (const VzBuildIdentity *identity)
{
  g_autoptr (VzHardwareModel) model = create_hardware_model (identity);
  GType type = is_for_a_mac (identity) ? VZ_TYPE_MAC_OS_CONFIGURATION_REQUIREMENTS
                                       : VZ_TYPE_CONFIGURATION_REQUIREMENTS;
  VzConfigurationRequirements *self = g_object_new (type, NULL);
  VzConfigurationRequirementsPrivate *priv = get_private (self);

  priv->hardware_model = g_steal_pointer (&model);
  priv->device_class = g_strdup (identity->device_class);
  priv->variant = g_strdup (identity->variant);
  priv->architecture = g_strdup (identity->architecture);
  priv->minimum_host = g_strdup (identity->minimum_host);
  priv->minimum_cpu_count = identity->minimum_cpu_count;
  priv->minimum_memory_size = identity->minimum_memory_size;
  priv->minimum_disk_size = identity->minimum_disk_size;
  return self;
}

/**
 * vz_configuration_requirements_get_hardware_model:
 * @self: the requirements
 *
 * Apple: `hardwareModel`.
 *
 * Returns: (transfer none) (nullable): the board that a machine needs; %NULL for a board unknown to
 *   vz
 */
VzHardwareModel *
vz_configuration_requirements_get_hardware_model (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), NULL);
  return get_private (self)->hardware_model;
}

/**
 * vz_configuration_requirements_get_device_class:
 * @self: the requirements
 *
 * Returns: (transfer none): the board's name in the image
 */
const char *
vz_configuration_requirements_get_device_class (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), NULL);
  return get_private (self)->device_class;
}

/**
 * vz_configuration_requirements_get_variant:
 * @self: the requirements
 *
 * Returns: (transfer none) (nullable): the kind of installation, in the image's words
 */
const char *
vz_configuration_requirements_get_variant (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), NULL);
  return get_private (self)->variant;
}

/**
 * vz_configuration_requirements_get_architecture:
 * @self: the requirements
 *
 * Returns: (transfer none) (nullable): the processor's architecture; %NULL where the image does not
 *   say, as in Apple's images
 */
const char *
vz_configuration_requirements_get_architecture (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), NULL);
  return get_private (self)->architecture;
}

/**
 * vz_configuration_requirements_get_minimum_host_version:
 * @self: the requirements
 *
 * Returns: (transfer none) (nullable): the oldest macOS host that can run it
 */
const char *
vz_configuration_requirements_get_minimum_host_version (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), NULL);
  return get_private (self)->minimum_host;
}

/**
 * vz_configuration_requirements_get_minimum_supported_cpu_count:
 * @self: the requirements
 *
 * Returns: the fewest CPUs that the guest accepts
 */
guint
vz_configuration_requirements_get_minimum_supported_cpu_count (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), 0);
  return get_private (self)->minimum_cpu_count;
}

/**
 * vz_configuration_requirements_get_minimum_supported_memory_size:
 * @self: the requirements
 *
 * Returns: the smallest memory that the guest accepts, in bytes
 */
guint64
vz_configuration_requirements_get_minimum_supported_memory_size (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), 0);
  return get_private (self)->minimum_memory_size;
}

/**
 * vz_configuration_requirements_get_minimum_disk_size:
 * @self: the requirements
 *
 * Returns: the smallest disk that can hold the image's contents, in bytes; 0 when the image does
 *   not say
 */
guint64
vz_configuration_requirements_get_minimum_disk_size (VzConfigurationRequirements *self)
{
  g_return_val_if_fail (VZ_IS_CONFIGURATION_REQUIREMENTS (self), 0);
  return get_private (self)->minimum_disk_size;
}
